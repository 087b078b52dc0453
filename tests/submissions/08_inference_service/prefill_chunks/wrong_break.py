# wrong: result_short
def prefill_chunks(waiting, num_running, max_batch_tokens):
    left = max_batch_tokens - num_running
    chunks = []
    for needed in waiting:
        chunk = min(needed, left)
        if chunk == 0:
            break
        chunks.append(chunk)
        left -= chunk
    return chunks
