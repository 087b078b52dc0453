# wrong: ties_dropped
# Ranks tell equal scores apart.


def top_k_filter(scores, top_k):
    ranks = scores.argsort(dim=-1, descending=True).argsort(dim=-1)
    return scores.masked_fill(ranks >= top_k, float("-inf"))
