# wrong: overtaken
def prefill_chunks(waiting, num_running, max_batch_tokens):
    left = max_batch_tokens - num_running
    chunks = [0] * len(waiting)
    for i, needed in enumerate(waiting):
        if needed <= left:
            chunks[i] = needed
            left -= needed
    for i, needed in enumerate(waiting):
        if not chunks[i]:
            chunks[i] = min(needed, left)
            left -= chunks[i]
    return chunks
