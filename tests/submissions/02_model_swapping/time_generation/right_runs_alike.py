# right: every run is timed, only the last one is kept


def time_generation(generate, clock, warmup=1):
    def run():
        times = [clock()]
        for _ in generate():
            times.append(clock())
        return times

    for _ in range(warmup + 1):
        start, *times = run()
    if times == []:
        raise ValueError("generate() yielded no token: there is nothing to time")
    decoding = times[-1] - times[0]
    return {
        "ttft": float(times[0] - start),
        "tpot": float(decoding / max(len(times) - 1, 1)),
        "tokens_per_s": float(len(times) / (times[-1] - start)),
        "n_tokens": len(times),
    }
