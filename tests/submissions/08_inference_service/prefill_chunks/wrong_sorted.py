# wrong: shortest_first
def prefill_chunks(waiting, num_running, max_batch_tokens):
    left = max_batch_tokens - num_running
    chunks = [0] * len(waiting)
    for i in sorted(range(len(waiting)), key=waiting.__getitem__):
        chunks[i] = min(waiting[i], left)
        left -= chunks[i]
    return chunks
