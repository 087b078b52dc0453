# wrong: text_changed
import json


def sse_event(chunk):
    data = "[DONE]" if chunk is None else json.dumps(chunk, ensure_ascii=False).encode("ascii", "ignore").decode()
    return f"data: {data}\n\n"
