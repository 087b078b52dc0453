# wrong: starts_too_late
# The clock starts with the first token, so the prompt costs nothing.


def time_generation(generate, clock, warmup=1):
    for _ in range(warmup):
        list(generate())
    times, start = [], None
    for _ in generate():
        if start is None:
            start = clock()
        times.append(clock())
    if not times:
        raise ValueError("no token was generated")
    n = len(times)
    total = times[-1] - start
    return {
        "ttft": times[0] - start,
        "tpot": total / (n - 1) if n > 1 else 0.0,
        "tokens_per_s": n / total if total else 0.0,
        "n_tokens": n,
    }
