# wrong: shared_evenly
def prefill_chunks(waiting, num_running, max_batch_tokens):
    left = max_batch_tokens - num_running
    chunks = [0] * len(waiting)
    while left and chunks != list(waiting):
        for i, needed in enumerate(waiting):
            if left and chunks[i] < needed:
                chunks[i] += 1
                left -= 1
    return chunks
