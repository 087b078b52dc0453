# wrong: other_fields
import json


def sse_event(chunk):
    data = "[DONE]" if chunk is None else json.dumps(chunk)
    number = chunk.get("id", 0) if chunk else 0
    return f"id: {number}\ndata: {data}\n\n"
