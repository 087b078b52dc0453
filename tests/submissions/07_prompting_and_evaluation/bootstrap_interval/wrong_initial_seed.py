# wrong: generator_reseeded
# The seed that the generator once had, not its state.
import numpy as np


def bootstrap_interval(scores, generator, num_resamples=2000, confidence=0.95):
    rng = np.random.default_rng(generator.initial_seed())
    draws = rng.choice(scores, size=(num_resamples, len(scores)))
    tail = (1 - confidence) / 2
    low, high = np.quantile(draws.mean(axis=1), [tail, 1 - tail])
    return float(low), float(high)
