# wrong: not_scattered_back
# The row comes back in sorted order.


def top_k_filter(scores, top_k):
    ranked = scores.sort(dim=-1, descending=True).values
    kth = ranked[:, min(top_k, scores.shape[-1]) - 1, None]
    return ranked.masked_fill(ranked < kth, float("-inf"))
