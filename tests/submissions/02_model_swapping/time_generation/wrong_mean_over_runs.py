# wrong: warmup_counted
# All runs are averaged, the cold ones too.


def time_generation(generate, clock, warmup=1):
    runs = []
    for _ in range(warmup + 1):
        start = clock()
        times = [clock() for _ in generate()]
        if not times:
            raise ValueError("no token was generated")
        n = len(times)
        tpot = (times[-1] - times[0]) / (n - 1) if n > 1 else 0.0
        runs.append((times[0] - start, tpot, n / (times[-1] - start), n))
    means = [sum(column) / len(runs) for column in zip(*runs)]
    return {
        "ttft": means[0],
        "tpot": means[1],
        "tokens_per_s": means[2],
        "n_tokens": runs[-1][3],
    }
