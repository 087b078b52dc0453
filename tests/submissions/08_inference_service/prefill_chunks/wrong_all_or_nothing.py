# wrong: not_cut
def prefill_chunks(waiting, num_running, max_batch_tokens):
    left = max_batch_tokens - num_running
    chunks = []
    for needed in waiting:
        fits = needed <= left and 0 not in chunks
        chunks.append(needed if fits else 0)
        left -= chunks[-1]
    return chunks
