# right: one helper, everything in the returned dict
def parse_completion_request(body):
    def take(name, default, valid):
        value = default if body.get(name) is None else body[name]
        value = [value] if name == "stop" and type(value) is str else value
        if not valid(value):
            raise ValueError(f"{name}: {value!r} is not allowed")
        return value

    texts = lambda v: type(v) is list and len(v) <= 4 and all(type(s) is str and s for s in v)
    return {
        "model": take("model", None, lambda v: type(v) is str),
        "prompt": take("prompt", "", lambda v: type(v) is str and v),
        "max_tokens": take("max_tokens", 16, lambda v: type(v) is int and v > 0),
        "temperature": take("temperature", 1.0, lambda v: type(v) in (int, float) and 0 <= v <= 2),
        "stop": take("stop", [], texts),
        "seed": take("seed", None, lambda v: v is None or type(v) is int),
        "stream": take("stream", False, lambda v: type(v) is bool),
    }
