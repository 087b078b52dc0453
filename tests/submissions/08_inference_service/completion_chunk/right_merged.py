# right: parts merged with |
def completion_chunk(request_id, model, created, text, finish_reason=None, usage=None):
    head = {"id": request_id, "object": "text_completion"} | {"created": created, "model": model}
    body = {"choices": [{"finish_reason": finish_reason, "index": 0, "text": text}]}
    match usage:
        case None:
            return head | body
        case prompt, completion:
            total = prompt + completion
            tail = {"total_tokens": total, "prompt_tokens": prompt, "completion_tokens": completion}
            return head | body | {"usage": tail}
