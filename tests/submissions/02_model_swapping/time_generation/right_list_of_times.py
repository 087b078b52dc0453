# right: a list of times, one per token, and numpy for the gaps
import collections

import numpy as np


def time_generation(generate, clock, warmup=1):
    for _ in range(warmup):
        collections.deque(generate(), maxlen=0)
    start = clock()
    times = np.array([clock() for _ in generate()])
    if not len(times):
        raise ValueError("generate() gave no token")
    gaps = np.diff(times)
    return {
        "n_tokens": len(times),
        "ttft": times[0] - start,
        "tpot": gaps.mean() if len(gaps) else 0.0,
        "tokens_per_s": len(times) / (times[-1] - start),
    }
