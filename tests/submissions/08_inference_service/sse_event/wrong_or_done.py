# wrong: done_for_empty
import json


def sse_event(chunk):
    data = chunk and json.dumps(chunk) or "[DONE]"
    return "data: " + data + "\n\n"
