# wrong: data_prefix_missing
import json


def sse_event(chunk):
    if chunk is None:
        return "[DONE]\n\n"
    return "data: " + json.dumps(chunk) + "\n\n"
