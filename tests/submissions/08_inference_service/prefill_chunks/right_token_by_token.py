# right: one token at a time
def prefill_chunks(waiting, num_running, max_batch_tokens):
    result = [0] * len(waiting)
    i = 0
    for _ in range(max_batch_tokens - num_running):
        while i < len(waiting) and result[i] == waiting[i]:
            i += 1
        if i == len(waiting):
            break
        result[i] += 1
    return tuple(result)
