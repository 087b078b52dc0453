# wrong: prefill_in_tpot
# The number of gaps is right, the time among them is the whole run's.


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
        "tpot": total / (n - 1) if n > 1 else 0.0,
        "tokens_per_s": n / total,
        "n_tokens": n,
    }
