# wrong: tail_counted
# The end of the loop is taken for the time of the last token.


def time_generation(generate, clock, warmup=1):
    for _ in range(warmup):
        list(generate())
    start = clock()
    times = [clock() for _ in generate()]
    total = clock() - start
    if not times:
        raise ValueError("no token was generated")
    n = len(times)
    return {
        "ttft": times[0] - start,
        "tpot": (times[-1] - times[0]) / (n - 1) if n > 1 else 0.0,
        "tokens_per_s": n / total,
        "n_tokens": n,
    }
