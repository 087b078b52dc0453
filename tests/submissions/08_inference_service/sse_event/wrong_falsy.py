# wrong: done_for_empty
import json


def sse_event(chunk):
    data = "[DONE]" if not chunk else json.dumps(chunk)
    return f"data: {data}\n\n"
