# wrong: missing_key
# The keys are taken to be free.


def time_generation(generate, clock, warmup=1):
    for _ in range(warmup):
        list(generate())
    start = clock()
    times = [clock() for _ in generate()]
    if not times:
        raise ValueError("no token was generated")
    n = len(times)
    return {
        "time_to_first_token": times[0] - start,
        "time_per_output_token": (times[-1] - times[0]) / (n - 1) if n > 1 else 0.0,
        "tokens_per_second": n / (times[-1] - start),
        "tokens": n,
    }
