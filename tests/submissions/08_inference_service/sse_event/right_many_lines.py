# right: indented JSON, each of its lines with data:
import json


def sse_event(chunk):
    text = json.dumps(chunk, indent=2, sort_keys=True) if chunk is not None else "[DONE]"
    lines = ["data: " + line for line in text.split("\n")]
    return "\n".join(lines + ["", ""])
