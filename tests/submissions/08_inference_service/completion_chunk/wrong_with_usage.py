# wrong: finish_reason_misplaced
def completion_chunk(request_id, model, created, text, finish_reason=None, usage=None):
    chunk = {
        "id": request_id,
        "object": "text_completion",
        "created": created,
        "model": model,
        "choices": [{"index": 0, "text": text}],
    }
    if finish_reason is not None:
        chunk["finish_reason"] = finish_reason
    if usage is not None:
        p, c = usage
        chunk["usage"] = {"prompt_tokens": p, "completion_tokens": c, "total_tokens": p + c}
    return chunk
