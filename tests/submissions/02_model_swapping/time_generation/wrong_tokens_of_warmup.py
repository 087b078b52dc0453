# wrong: warmup_counted
# The counter runs through warm-up and measurement.


def time_generation(generate, clock, warmup=1):
    n = 0
    for _ in range(warmup):
        for _ in generate():
            n += 1
    start = clock()
    first = last = None
    for _ in generate():
        last = clock()
        first = first if first is not None else last
        n += 1
    if first is None:
        raise ValueError("no token was generated")
    return {
        "ttft": first - start,
        "tpot": (last - first) / (n - 1) if n > 1 else 0.0,
        "tokens_per_s": n / (last - start),
        "n_tokens": n,
    }
