# wrong: missing_accepted
RULES = {
    "model": ((str,), None, lambda v: True),
    "prompt": ((str,), None, lambda v: len(v) > 0),
    "max_tokens": ((int,), 16, lambda v: v >= 1),
    "temperature": ((int, float), 1.0, lambda v: 0 <= v <= 2),
    "stop": ((list,), [], lambda v: len(v) <= 4 and all(type(s) is str and s for s in v)),
    "seed": ((int,), None, lambda v: True),
    "stream": ((bool,), False, lambda v: True),
}


def parse_completion_request(body):
    parsed = {}
    for name in ("model", "prompt"):
        if name not in body:
            raise ValueError(f"{name} is missing")
    for name, (types, default, check) in RULES.items():
        value = body.get(name)
        if value is None:
            parsed[name] = list(default) if name == "stop" else default
            continue
        if name == "stop" and type(value) is str:
            value = [value]
        if type(value) not in types:
            raise ValueError(f"'{name}' has the wrong type")
        if not check(value):
            raise ValueError(f"'{name}' is out of range")
        parsed[name] = value
    return parsed
