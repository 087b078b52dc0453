# wrong: field_not_named
import jsonschema

TEXT = {"type": "string", "minLength": 1}
SCHEMA = {
    "type": "object",
    "properties": {
        "model": {"type": "string"},
        "prompt": TEXT,
        "max_tokens": {"type": ["integer", "null"], "minimum": 1},
        "temperature": {"type": ["number", "null"], "minimum": 0, "maximum": 2},
        "stop": {"anyOf": [TEXT, {"type": "null"}, {"type": "array", "items": TEXT, "maxItems": 4}]},
        "seed": {"type": ["integer", "null"]},
        "stream": {"type": ["boolean", "null"]},
    },
}
DEFAULTS = {"max_tokens": 16, "temperature": 1.0, "stop": [], "seed": None, "stream": False}


def parse_completion_request(body):
    for name in ("model", "prompt"):
        if name not in body:
            raise ValueError(f"{name} is missing")
    try:
        jsonschema.validate(body, SCHEMA)
    except jsonschema.ValidationError as error:
        raise ValueError(error.message) from None
    known = {name: body[name] for name in SCHEMA["properties"] if body.get(name) is not None}
    parsed = {**DEFAULTS, **known}
    stop = parsed["stop"]
    parsed["stop"] = [stop] if isinstance(stop, str) else list(stop)
    return parsed
