# wrong: null_refused
def parse_completion_request(body):
    def check(ok, name):
        if not ok:
            raise ValueError(f"invalid {name}: {body.get(name)!r}")

    defaults = {"max_tokens": 16, "temperature": 1.0, "stop": [], "seed": None, "stream": False}
    for name in ("model", "prompt"):
        check(isinstance(body.get(name), str) and body[name], name)
    out = {"model": body["model"], "prompt": body["prompt"]}
    out |= {name: body.get(name, value) for name, value in defaults.items()}
    for name, types in (("max_tokens", (int,)), ("temperature", (int, float)), ("seed", (int,)), ("stream", (bool,))):
        check(out[name] is None or type(out[name]) in types, name)
    check(out["max_tokens"] is None or out["max_tokens"] >= 1, "max_tokens")
    check(out["temperature"] is None or 0 <= out["temperature"] <= 2, "temperature")
    if isinstance(out["stop"], str):
        out["stop"] = [out["stop"]]
    stop = out["stop"]
    check(stop is None or isinstance(stop, list) and len(stop) <= 4, "stop")
    check(all(isinstance(s, str) and s for s in stop or []), "stop")
    return out
