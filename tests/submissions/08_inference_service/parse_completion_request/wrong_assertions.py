# wrong: wrong_error
def parse_completion_request(body):
    given = {name: value for name, value in body.items() if value is not None}
    stop = given.get("stop", [])
    out = {
        "model": given.get("model"),
        "prompt": given.get("prompt"),
        "max_tokens": given.get("max_tokens", 16),
        "temperature": given.get("temperature", 1.0),
        "stop": [stop] if isinstance(stop, str) else stop,
        "seed": given.get("seed"),
        "stream": given.get("stream", False),
    }
    assert isinstance(out["model"], str), "model must be a string"
    assert isinstance(out["prompt"], str) and out["prompt"], "prompt must be a string"
    assert type(out["max_tokens"]) is int and out["max_tokens"] > 0, "max_tokens"
    assert type(out["temperature"]) in (int, float) and 0 <= out["temperature"] <= 2, "temperature"
    assert isinstance(out["stop"], list) and len(out["stop"]) <= 4, "stop"
    assert all(isinstance(s, str) and s for s in out["stop"]), "stop"
    assert out["seed"] is None or type(out["seed"]) is int, "seed"
    assert isinstance(out["stream"], bool), "stream"
    return out
