# wrong: converted
def parse_completion_request(body):
    body = {name: value for name, value in body.items() if value is not None}
    out = {"model": body.get("model"), "prompt": body.get("prompt")}
    for name in out:
        if not isinstance(out[name], str) or name == "prompt" and not out[name]:
            raise ValueError(f"{name} must be a string")
    for name, kind, default in (("max_tokens", int, 16), ("temperature", float, 1.0), ("seed", int, None)):
        value = body.get(name, default)
        try:
            out[name] = value if value is None else kind(value)
        except (TypeError, ValueError):
            raise ValueError(f"{name} must be a number") from None
        if isinstance(value, bool):
            raise ValueError(f"{name} must be a number")
    if out["max_tokens"] < 1:
        raise ValueError("max_tokens must be at least 1")
    if not 0 <= out["temperature"] <= 2:
        raise ValueError("temperature must be between 0 and 2")
    stop = body.get("stop", [])
    stop = [stop] if isinstance(stop, str) else stop
    if not isinstance(stop, list) or len(stop) > 4 or not all(isinstance(s, str) and s for s in stop):
        raise ValueError("stop must be a string or at most 4 of them")
    out["stop"] = stop
    if not isinstance(body.get("stream", False), bool):
        raise ValueError("stream must be true or false")
    out["stream"] = body.get("stream", False)
    return out
