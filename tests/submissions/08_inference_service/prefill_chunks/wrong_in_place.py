# wrong: input_changed
def prefill_chunks(waiting, num_running, max_batch_tokens):
    left = max_batch_tokens - num_running
    for i, needed in enumerate(waiting):
        waiting[i] = min(needed, left)
        left -= waiting[i]
    return waiting
