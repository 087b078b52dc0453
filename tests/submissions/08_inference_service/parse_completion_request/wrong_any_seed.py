# wrong: wrong_type_accepted
def parse_completion_request(body):
    def whole(value):
        return isinstance(value, int) and not isinstance(value, bool)

    def field(name, default, valid):
        value = body.get(name)
        value = default if value is None else value
        if not valid(value):
            raise ValueError(f"{name}: {value!r} is not allowed")
        return value

    model = field("model", None, lambda v: isinstance(v, str))
    prompt = field("prompt", None, lambda v: isinstance(v, str) and v != "")
    max_tokens = field("max_tokens", 16, lambda v: whole(v) and v >= 1)
    temperature = field(
        "temperature", 1.0, lambda v: (whole(v) or isinstance(v, float)) and 0 <= v <= 2
    )
    stop = body.get("stop")
    stop = [] if stop is None else [stop] if isinstance(stop, str) else stop
    if not isinstance(stop, list) or len(stop) > 4:
        raise ValueError("stop must be a string or a list of at most 4")
    if not all(isinstance(s, str) and s for s in stop):
        raise ValueError("stop: every stop string must be a string and not empty")
    seed = field("seed", None, lambda v: True)
    stream = field("stream", False, lambda v: isinstance(v, bool))
    return {
        "model": model, "prompt": prompt, "max_tokens": max_tokens,
        "temperature": temperature, "stop": stop, "seed": seed, "stream": stream,
    }
