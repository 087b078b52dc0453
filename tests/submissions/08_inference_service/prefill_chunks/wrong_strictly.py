# wrong: off_by_one
def prefill_chunks(waiting, num_running, max_batch_tokens):
    left = max(0, max_batch_tokens - num_running - 1)
    chunks = []
    for needed in waiting:
        chunk = min(needed, left)
        chunks.append(chunk)
        left -= chunk
    return chunks
