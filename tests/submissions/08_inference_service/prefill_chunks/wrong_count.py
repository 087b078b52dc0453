# wrong: count_returned
def prefill_chunks(waiting, num_running, max_batch_tokens):
    left = max_batch_tokens - num_running
    chunks = []
    for needed in waiting:
        chunk = min(needed, left)
        chunks.append(chunk)
        left -= chunk
    return sum(chunk > 0 for chunk in chunks)
