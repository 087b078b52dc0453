# right: Python's random, seeded by a number that was drawn
import random
import statistics

import torch


def bootstrap_interval(scores, generator, num_resamples=2000, confidence=0.95):
    draw = random.Random(int(torch.randint(0, 2**40, (), generator=generator)))
    n = len(scores)
    means = sorted(statistics.fmean(draw.choices(scores, k=n)) for _ in range(num_resamples))
    tail = round(num_resamples * (1 - confidence) / 2)
    return means[tail], means[-1 - tail]
