# wrong: off_by_one
# The k-th smallest is taken for the k-th largest.


def top_k_filter(scores, top_k):
    k = min(top_k, scores.shape[-1])
    threshold = scores.sort(dim=-1).values[:, k - 1, None]
    return scores.masked_fill(scores < threshold, float("-inf"))
