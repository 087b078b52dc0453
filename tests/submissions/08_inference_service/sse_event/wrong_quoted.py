# wrong: done_quoted
import json


def sse_event(chunk):
    data = json.dumps("[DONE]") if chunk is None else json.dumps(chunk)
    return f"data: {data}\n\n"
