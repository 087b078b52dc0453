# wrong: other_fields
import json


def sse_event(chunk):
    data = "[DONE]" if chunk is None else json.dumps(chunk)
    return f"event: completion\ndata: {data}\n\n"
