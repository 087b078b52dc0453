# wrong: json_over_several_lines
import json


def sse_event(chunk):
    data = "[DONE]" if chunk is None else json.dumps(chunk, indent=2)
    return f"data: {data}\n\n"
