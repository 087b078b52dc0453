# wrong: no_error_without_tokens
# There is taken to be a first token; without one an IndexError comes out.


def time_generation(generate, clock, warmup=1):
    for _ in range(warmup):
        list(generate())
    start = clock()
    times = [clock() for _ in generate()]
    n = len(times)
    return {
        "ttft": times[0] - start,
        "tpot": (times[-1] - times[0]) / (n - 1) if n > 1 else 0.0,
        "tokens_per_s": n / (times[-1] - start),
        "n_tokens": n,
    }
