# wrong: negative
def prefill_chunks(waiting, num_running, max_batch_tokens):
    left = max_batch_tokens - num_running
    chunks = []
    for needed in waiting:
        chunks.append(min(needed, left))
        left -= needed
    return chunks
