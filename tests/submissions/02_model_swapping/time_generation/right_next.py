# right: next by hand, gaps added up


def time_generation(generate, clock, warmup=1):
    for _ in range(warmup):
        list(generate())

    called = clock()
    tokens = iter(generate())
    try:
        next(tokens)
    except StopIteration:
        raise ValueError("nothing was generated") from None
    first = before = clock()
    gaps = []
    while True:
        try:
            next(tokens)
        except StopIteration:
            break
        now = clock()
        gaps.append(now - before)
        before = now
    ttft = first - called
    return dict(
        ttft=ttft,
        tpot=sum(gaps) / len(gaps) if gaps else 0.0,
        tokens_per_s=(1 + len(gaps)) / (ttft + sum(gaps)),
        n_tokens=1 + len(gaps),
    )
