# wrong: python_not_json
def sse_event(chunk):
    data = "[DONE]" if chunk is None else chunk
    return f"data: {data}\n\n"
