# wrong: rate_without_first
# The first token is taken to belong to the prompt, in the count only.


def time_generation(generate, clock, warmup=1):
    for _ in range(warmup):
        list(generate())
    start = clock()
    times = [clock() for _ in generate()]
    if not times:
        raise ValueError("no token was generated")
    n = len(times)
    total = times[-1] - start
    return {
        "ttft": times[0] - start,
        "tpot": (times[-1] - times[0]) / (n - 1) if n > 1 else 0.0,
        "tokens_per_s": (n - 1) / total if n > 1 else 1 / total,
        "n_tokens": n,
    }
