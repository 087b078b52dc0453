# wrong: line_ends_unescaped
import json


def sse_event(chunk):
    data = "[DONE]" if chunk is None else json.dumps(chunk).replace("\\n", "\n")
    return f"data: {data}\n\n"
