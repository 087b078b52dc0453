# wrong: blank_line_missing
import json


def sse_event(chunk):
    if chunk is None:
        return "data: [DONE]"
    return "data: " + json.dumps(chunk) + "\n\n"
