# wrong: text_only
import json


def sse_event(chunk):
    if chunk is None:
        return "data: [DONE]\n\n"
    flat = {key: value for key, value in chunk.items() if not isinstance(value, (dict, list))}
    return f"data: {json.dumps(flat)}\n\n"
