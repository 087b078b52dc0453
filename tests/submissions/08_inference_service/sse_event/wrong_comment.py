# wrong: two_events
import json


def sse_event(chunk):
    data = "[DONE]" if chunk is None else json.dumps(chunk)
    return f": keep-alive\n\ndata: {data}\n\n"
