# wrong: one_token
# The mean of no gaps is left to numpy, which says NaN.
import numpy as np


def time_generation(generate, clock, warmup=1):
    for _ in range(warmup):
        list(generate())
    start = clock()
    times = np.array([clock() for _ in generate()])
    if len(times) == 0:
        raise ValueError("no token was generated")
    return {
        "ttft": float(times[0] - start),
        "tpot": float(np.diff(times).mean()),
        "tokens_per_s": float(len(times) / (times[-1] - start)),
        "n_tokens": len(times),
    }
