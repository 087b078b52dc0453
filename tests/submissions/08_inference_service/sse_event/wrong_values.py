# wrong: text_only
import json


def sse_event(chunk):
    data = "[DONE]" if chunk is None else json.dumps(list(chunk.values()))
    return f"data: {data}\n\n"
