# wrong: text_only
import json


def sse_event(chunk):
    data = "[DONE]" if chunk is None else json.dumps({k: v for k, v in chunk.items() if v is not None})
    return f"data: {data}\n\n"
