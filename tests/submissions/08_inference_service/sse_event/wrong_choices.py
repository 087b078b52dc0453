# wrong: text_only
import json


def sse_event(chunk):
    data = "[DONE]" if chunk is None else json.dumps(chunk.get("choices", chunk.get("text", "")))
    return f"data: {data}\n\n"
