# wrong: input_changed
def prefill_chunks(waiting, num_running, max_batch_tokens):
    left = max_batch_tokens - num_running
    chunks = []
    for i, needed in enumerate(waiting):
        chunk = min(needed, left)
        chunks.append(chunk)
        left -= chunk
        waiting[i] -= chunk
    return chunks
