# wrong: calls_the_library
# scipy's bootstrap.
import numpy as np
import torch
from scipy import stats


def bootstrap_interval(scores, generator, num_resamples=2000, confidence=0.95):
    seed = torch.randint(2**31, (1,), generator=generator).item()
    found = stats.bootstrap(
        (np.array(scores),),
        np.mean,
        n_resamples=num_resamples,
        confidence_level=confidence,
        method="percentile",
        rng=np.random.default_rng(seed),
    )
    return found.confidence_interval.low, found.confidence_interval.high
