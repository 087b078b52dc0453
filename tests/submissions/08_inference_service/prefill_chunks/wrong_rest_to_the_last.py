# wrong: overtaken
def prefill_chunks(waiting, num_running, max_batch_tokens):
    left = max_batch_tokens - num_running
    chunks = []
    for needed in waiting:
        chunks.append(needed if needed <= left else 0)
        left -= chunks[-1]
    cut = [i for i, chunk in enumerate(chunks) if chunk == 0]
    if cut:
        chunks[cut[0] if sum(chunks[cut[0] :]) == 0 else cut[-1]] = left
    return chunks
