# wrong: one_token
# For a single token the time per token is taken to be the time to it.


def time_generation(generate, clock, warmup=1):
    for _ in range(warmup):
        list(generate())
    start = clock()
    times = [clock() for _ in generate()]
    if not times:
        raise ValueError("no token was generated")
    n = len(times)
    ttft = times[0] - start
    return {
        "ttft": ttft,
        "tpot": (times[-1] - times[0]) / (n - 1) if n > 1 else ttft,
        "tokens_per_s": n / (times[-1] - start),
        "n_tokens": n,
    }
