# wrong: no_error_without_tokens
# No token is taken to be a measurement of zero.


def time_generation(generate, clock, warmup=1):
    for _ in range(warmup):
        list(generate())
    start = clock()
    times = [clock() for _ in generate()]
    if not times:
        return {"ttft": 0.0, "tpot": 0.0, "tokens_per_s": 0.0, "n_tokens": 0}
    n = len(times)
    return {
        "ttft": times[0] - start,
        "tpot": (times[-1] - times[0]) / (n - 1) if n > 1 else 0.0,
        "tokens_per_s": n / (times[-1] - start),
        "n_tokens": n,
    }
