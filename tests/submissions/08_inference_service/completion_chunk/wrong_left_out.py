# wrong: finish_reason_missing
def completion_chunk(request_id, model, created, text, finish_reason=None, usage=None):
    choice = {"index": 0, "text": text}
    if finish_reason:
        choice["finish_reason"] = finish_reason
    chunk = {"id": request_id, "object": "text_completion", "created": created, "model": model}
    chunk["choices"] = [choice]
    if usage is not None:
        p, c = usage
        chunk["usage"] = {"prompt_tokens": p, "completion_tokens": c, "total_tokens": p + c}
    return chunk
