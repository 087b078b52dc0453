# right: the rest goes down the line
def prefill_chunks(waiting, num_running, max_batch_tokens):
    left = max_batch_tokens - num_running
    chunks = []
    for needed in waiting:
        chunk = min(needed, left)
        chunks.append(chunk)
        left -= chunk
    return chunks
