# wrong: rows_mixed
# One threshold for the whole batch.


def top_k_filter(scores, top_k):
    flat = scores.flatten()
    k = min(top_k * scores.shape[0], flat.numel())
    threshold = flat.topk(k).values[-1]
    return scores.masked_fill(scores < threshold, float("-inf"))
