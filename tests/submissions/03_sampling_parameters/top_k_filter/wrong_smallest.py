# wrong: keeps_lowest
# sort is taken to put the largest first.


def top_k_filter(scores, top_k):
    k = min(top_k, scores.shape[-1])
    threshold = scores.sort(dim=-1).values[:, k - 1, None]
    return scores.masked_fill(scores > threshold, float("-inf"))
