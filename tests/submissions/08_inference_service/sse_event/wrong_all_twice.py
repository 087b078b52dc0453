# wrong: encoded_twice
import json


def sse_event(chunk):
    if chunk is None:
        return "data: [DONE]\n\n"
    text = json.dumps(chunk, ensure_ascii=False)
    return "data: %s\n\n" % json.dumps(text, ensure_ascii=False)
