# wrong: running_forgotten
def prefill_chunks(waiting, num_running, max_batch_tokens):
    left = max_batch_tokens
    chunks = []
    for needed in waiting:
        chunk = min(needed, left)
        chunks.append(chunk)
        left -= chunk
    return chunks
