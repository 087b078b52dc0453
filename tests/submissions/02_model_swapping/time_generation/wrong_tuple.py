# wrong: wrong_type
# Four numbers in order are taken to be as good as named ones.


def time_generation(generate, clock, warmup=1):
    for _ in range(warmup):
        list(generate())
    start = clock()
    times = [clock() for _ in generate()]
    if not times:
        raise ValueError("no token was generated")
    n = len(times)
    tpot = (times[-1] - times[0]) / (n - 1) if n > 1 else 0.0
    return times[0] - start, tpot, n / (times[-1] - start), n
