# right: structural pattern matching, booleans first
def parse_completion_request(body):
    result = {"model": None, "prompt": None, "max_tokens": 16, "temperature": 1.0}
    result |= {"stop": [], "seed": None, "stream": False}
    for name in result:
        match name, body.get(name):
            case ("model" | "prompt"), None:
                raise ValueError(f"missing field: {name}")
            case _, None:
                pass
            case "stream", bool(flag):
                result[name] = flag
            case _, bool():
                raise ValueError(f"{name} cannot be true or false")
            case "model", str(text):
                result[name] = text
            case "prompt", str(text) if text:
                result[name] = text
            case "max_tokens", int(n) if n > 0:
                result[name] = n
            case "temperature", (int(t) | float(t)) if 0 <= t <= 2:
                result[name] = t
            case "seed", int(n):
                result[name] = n
            case "stop", str(text) if text:
                result[name] = [text]
            case "stop", [*texts] if len(texts) < 5:
                for text in texts:
                    if not (isinstance(text, str) and text):
                        raise ValueError("stop holds something that is no text")
                result[name] = texts
            case _, value:
                raise ValueError(f"{name} cannot be {value!r}")
    return result
