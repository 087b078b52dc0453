# right: a plain loop that notes the first and the last time


def time_generation(generate, clock, warmup=1):
    for _ in range(warmup):
        for _ in generate():
            pass

    start = clock()
    first = last = None
    n = 0
    for _ in generate():
        last = clock()
        if first is None:
            first = last
        n += 1
    if n == 0:
        raise ValueError("no token was generated")
    return {
        "ttft": first - start,
        "tpot": (last - first) / (n - 1) if n > 1 else 0.0,
        "tokens_per_s": n / (last - start),
        "n_tokens": n,
    }
