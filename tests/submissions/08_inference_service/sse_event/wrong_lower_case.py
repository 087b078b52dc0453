# wrong: done_misspelled
import json


def sse_event(chunk):
    data = "[done]" if chunk is None else json.dumps(chunk)
    return f"data: {data}\n\n"
