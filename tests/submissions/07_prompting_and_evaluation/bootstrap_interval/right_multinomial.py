# right: multinomial draws with replacement
import numpy as np
import torch


def bootstrap_interval(scores, generator, num_resamples=2000, confidence=0.95):
    weights = torch.ones(num_resamples, len(scores))
    picks = weights.multinomial(len(scores), replacement=True, generator=generator)
    means = np.asarray(scores, dtype=float)[picks.numpy()].mean(axis=1)
    half = 100 * confidence / 2
    return tuple(np.percentile(means, [50 - half, 50 + half]))
