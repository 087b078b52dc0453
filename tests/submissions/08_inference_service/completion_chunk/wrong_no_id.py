# wrong: missing_key
NAMES = ("prompt_tokens", "completion_tokens", "total_tokens")


def completion_chunk(request_id, model, created, text, finish_reason=None, usage=None):
    choice = dict(index=0, text=text, logprobs=None, finish_reason=finish_reason)
    counts = None if usage is None else dict(zip(NAMES, (*usage, sum(usage))))
    return dict(
        object="text_completion", created=created, model=model,
        choices=[choice], usage=counts, system_fingerprint=None,
    )
