# wrong: done_misspelled
import json


def sse_event(chunk):
    return f"data: {json.dumps(chunk)}\n\n"
