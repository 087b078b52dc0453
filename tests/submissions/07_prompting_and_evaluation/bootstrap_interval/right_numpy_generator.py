# right: a numpy generator, seeded by a number that was drawn
import numpy as np
import torch


def bootstrap_interval(scores, generator, num_resamples=2000, confidence=0.95):
    seed = torch.randint(2**31, (1,), generator=generator).item()
    values = np.array(scores, dtype=np.float64)
    draws = np.random.default_rng(seed).choice(values, size=(num_resamples, values.size))
    edges = np.array([1 - confidence, 1 + confidence]) / 2
    low, high = np.quantile(draws.mean(1), edges, method="nearest")
    return [float(low), float(high)]
