# wrong: clock_ignored
# The clock that was handed over is taken to be perf_counter.
import time


def time_generation(generate, clock, warmup=1):
    for _ in range(warmup):
        list(generate())
    start = time.perf_counter()
    times = [time.perf_counter() for _ in generate()]
    if not times:
        raise ValueError("no token was generated")
    n = len(times)
    return {
        "ttft": times[0] - start,
        "tpot": (times[-1] - times[0]) / (n - 1) if n > 1 else 0.0,
        "tokens_per_s": n / (times[-1] - start),
        "n_tokens": n,
    }
