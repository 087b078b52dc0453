# wrong: json_over_several_lines
import json


def sse_event(chunk):
    lines = ["[DONE]"] if chunk is None else json.dumps(chunk, indent=1).splitlines()
    return "data: " + "\n      ".join(lines) + "\n\n"
