# wrong: rate_without_first
# Tokens per second are taken to be 1 / tpot; the prompt's time is left out.


def time_generation(generate, clock, warmup=1):
    for _ in range(warmup):
        list(generate())
    start = clock()
    times = [clock() for _ in generate()]
    if not times:
        raise ValueError("no token was generated")
    n = len(times)
    tpot = (times[-1] - times[0]) / (n - 1) if n > 1 else 0.0
    return {
        "ttft": times[0] - start,
        "tpot": tpot,
        "tokens_per_s": 1 / tpot if tpot else n / (times[-1] - start),
        "n_tokens": n,
    }
