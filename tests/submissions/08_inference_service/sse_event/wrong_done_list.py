# wrong: done_misspelled
import json


def sse_event(chunk):
    return f"data: {json.dumps(['DONE'] if chunk is None else chunk)}\n\n"
