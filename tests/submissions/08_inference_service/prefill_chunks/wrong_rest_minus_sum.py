# wrong: negative
def prefill_chunks(waiting, num_running, max_batch_tokens):
    left = max_batch_tokens - num_running
    return [min(n, left - sum(waiting[:i])) for i, n in enumerate(waiting)]
