# wrong: k_larger_than_vocabulary
# The sorted row is indexed at k - 1, whatever k is.


def top_k_filter(scores, top_k):
    ranked = scores.sort(dim=-1, descending=True).values
    kth = ranked[:, top_k - 1 : top_k]
    return scores.masked_fill(scores < kth, float("-inf"))
