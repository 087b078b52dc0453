# wrong: input_changed
def parse_completion_request(body):
    defaults = {"max_tokens": 16, "temperature": 1.0, "stop": [], "stream": False}
    for name, value in defaults.items():
        if body.get(name) is None:
            body[name] = value
    if isinstance(body["stop"], str):
        body["stop"] = [body["stop"]]
    rules = {
        "model": lambda v: isinstance(v, str),
        "prompt": lambda v: isinstance(v, str) and v,
        "max_tokens": lambda v: type(v) is int and v >= 1,
        "temperature": lambda v: type(v) in (int, float) and 0 <= v <= 2,
        "stop": lambda v: type(v) is list and len(v) <= 4 and all(type(s) is str and s for s in v),
        "seed": lambda v: v is None or type(v) is int,
        "stream": lambda v: type(v) is bool,
    }
    for name, rule in rules.items():
        if not rule(body.get(name)):
            raise ValueError(f"bad {name}")
    return {name: body.get(name) for name in rules}
