# wrong: budget_exceeded
def prefill_chunks(waiting, num_running, max_batch_tokens):
    used, chunks = num_running, []
    for needed in waiting:
        chunks.append(needed if used < max_batch_tokens else 0)
        used += chunks[-1]
    return chunks
