# wrong: text_changed
import json


def sse_event(chunk):
    data = "[DONE]" if chunk is None else " ".join(json.dumps(chunk).split())
    return f"data: {data}\n\n"
