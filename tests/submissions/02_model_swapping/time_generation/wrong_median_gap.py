# wrong: not_the_mean
# The median is taken to be a better mean.
import statistics


def time_generation(generate, clock, warmup=1):
    for _ in range(warmup):
        list(generate())
    start = clock()
    times = [clock() for _ in generate()]
    if not times:
        raise ValueError("no token was generated")
    gaps = [after - before for before, after in zip(times, times[1:])]
    return {
        "ttft": times[0] - start,
        "tpot": statistics.median(gaps) if gaps else 0.0,
        "tokens_per_s": len(times) / (times[-1] - start),
        "n_tokens": len(times),
    }
