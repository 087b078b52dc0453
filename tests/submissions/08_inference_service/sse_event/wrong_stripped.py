# wrong: text_changed
import json


def sse_event(chunk):
    data = "[DONE]" if chunk is None else json.dumps({k: v.strip() if isinstance(v, str) else v for k, v in chunk.items()})
    return f"data: {data}\n\n"
