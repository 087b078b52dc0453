# wrong: starts_too_late
# The call is taken to cost nothing, but it may compute the prompt already.


def time_generation(generate, clock, warmup=1):
    for _ in range(warmup):
        list(generate())
    tokens = generate()
    start = clock()
    times = [clock() for _ in tokens]
    if not times:
        raise ValueError("no token was generated")
    n = len(times)
    return {
        "ttft": times[0] - start,
        "tpot": (times[-1] - times[0]) / (n - 1) if n > 1 else 0.0,
        "tokens_per_s": n / (times[-1] - start),
        "n_tokens": n,
    }
