# wrong: empty_stop_accepted
def parse_completion_request(body):
    def bad(name, why):
        raise ValueError(f"{name}: {why}")

    get = {k: v for k, v in body.items() if v is not None}.get
    for name in ("model", "prompt"):
        isinstance(get(name), str) or bad(name, "a string is required")
    get("prompt") or bad("prompt", "must not be empty")
    stop = get("stop", [])
    if isinstance(stop, list):
        len(stop) <= 4 or bad("stop", "too many")
        all(isinstance(s, str) and len(s) for s in stop) or bad("stop", "strings please")
    elif isinstance(stop, str):
        stop = [stop]
    else:
        bad("stop", "a string or a list")
    n, t, seed, stream = get("max_tokens", 16), get("temperature", 1.0), get("seed"), get("stream", False)
    type(n) is int and n > 0 or bad("max_tokens", "a positive integer")
    type(t) in (int, float) and 0 <= t <= 2 or bad("temperature", "0 to 2")
    seed is None or type(seed) is int or bad("seed", "an integer")
    type(stream) is bool or bad("stream", "true or false")
    return dict(model=get("model"), prompt=get("prompt"), max_tokens=n, temperature=t,
                stop=stop, seed=seed, stream=stream)
