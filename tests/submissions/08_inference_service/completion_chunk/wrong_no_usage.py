# wrong: usage_missing
def completion_chunk(request_id, model, created, text, finish_reason=None, usage=None):
    return {
        "id": request_id,
        "object": "text_completion",
        "created": created,
        "model": model,
        "choices": [{"index": 0, "text": text, "finish_reason": finish_reason}],
    }
