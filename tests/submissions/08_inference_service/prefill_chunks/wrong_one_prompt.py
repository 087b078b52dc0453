# wrong: first_only
def prefill_chunks(waiting, num_running, max_batch_tokens):
    left = max_batch_tokens - num_running
    return [min(waiting[0], left), *[0] * (len(waiting) - 1)] if waiting else []
