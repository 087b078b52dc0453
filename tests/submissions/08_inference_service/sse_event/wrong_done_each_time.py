# wrong: two_events
import json


def sse_event(chunk):
    end = "" if chunk is None else "data: [DONE]\n\n"
    data = "[DONE]" if chunk is None else json.dumps(chunk)
    return f"data: {data}\n\n" + end
