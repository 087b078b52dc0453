# wrong: generator_ignored
# numpy's own random numbers.
import numpy as np


def bootstrap_interval(scores, generator, num_resamples=2000, confidence=0.95):
    draws = np.random.default_rng().choice(scores, size=(num_resamples, len(scores)))
    tail = (1 - confidence) / 2
    low, high = np.quantile(draws.mean(axis=1), [tail, 1 - tail])
    return float(low), float(high)
