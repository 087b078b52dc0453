# wrong: shared_evenly
def prefill_chunks(waiting, num_running, max_batch_tokens):
    left = max_batch_tokens - num_running
    return [min(needed, left // len(waiting)) for needed in waiting]
