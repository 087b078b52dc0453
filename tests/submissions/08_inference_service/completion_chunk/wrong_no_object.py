# wrong: missing_key
def completion_chunk(request_id, model, created, text, finish_reason=None, usage=None):
    chunk = {
        "id": request_id,
        "created": created,
        "model": model,
        "choices": [{"index": 0, "text": text, "finish_reason": finish_reason}],
    }
    if usage is not None:
        prompt_tokens, completion_tokens = usage
        chunk["usage"] = {
            "prompt_tokens": prompt_tokens,
            "completion_tokens": completion_tokens,
            "total_tokens": prompt_tokens + completion_tokens,
        }
    return chunk
