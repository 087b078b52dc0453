# wrong: wrong_unit
# Latencies are taken to be told in milliseconds.


def time_generation(generate, clock, warmup=1):
    for _ in range(warmup):
        list(generate())
    start = clock()
    times = [clock() for _ in generate()]
    if not times:
        raise ValueError("no token was generated")
    n = len(times)
    return {
        "ttft": 1000 * (times[0] - start),
        "tpot": 1000 * (times[-1] - times[0]) / (n - 1) if n > 1 else 0.0,
        "tokens_per_s": n / (times[-1] - start),
        "n_tokens": n,
    }
