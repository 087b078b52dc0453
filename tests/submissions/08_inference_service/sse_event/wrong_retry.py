# wrong: other_fields
import json


def sse_event(chunk):
    data = "[DONE]" if chunk is None else json.dumps(chunk)
    return f"retry: 3000\ndata: {data}\n\n"
