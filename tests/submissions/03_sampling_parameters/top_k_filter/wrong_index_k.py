# wrong: off_by_one
# Counted from 0: the entry at index k is number k + 1.


def top_k_filter(scores, top_k):
    k = min(top_k, scores.shape[-1] - 1)
    threshold = scores.sort(dim=-1, descending=True).values[:, k, None]
    return scores.masked_fill(scores < threshold, float("-inf"))
