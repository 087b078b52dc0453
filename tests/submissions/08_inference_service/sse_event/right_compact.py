# right: compact separators, no blank behind the colon, carriage returns
import json


def sse_event(chunk):
    if chunk is None:
        return "data:[DONE]\r\n\r\n"
    return "data:" + json.dumps(chunk, ensure_ascii=False, separators=(",", ":")) + "\r\n\r\n"
