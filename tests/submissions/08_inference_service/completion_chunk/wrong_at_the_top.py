# wrong: usage_misplaced
def completion_chunk(request_id, model, created, text, finish_reason=None, usage=None):
    chunk = {"id": request_id, "object": "text_completion", "created": created, "model": model}
    chunk["choices"] = [{"index": 0, "text": text, "finish_reason": finish_reason}]
    if usage is not None:
        chunk["prompt_tokens"], chunk["completion_tokens"] = usage
        chunk["total_tokens"] = sum(usage)
    return chunk
