# wrong: python_not_json
def sse_event(chunk):
    data = "[DONE]" if chunk is None else str(chunk).replace("'", '"')
    return "data: " + data + "\n\n"
