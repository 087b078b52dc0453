# wrong: data_prefix_missing
import json


def sse_event(chunk):
    data = "[DONE]" if chunk is None else json.dumps(chunk)
    return f"Data: {data}\n\n"
