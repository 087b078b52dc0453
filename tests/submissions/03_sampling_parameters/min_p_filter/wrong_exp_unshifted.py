# wrong: overflows
# exp of raw scores is taken to fit into a float.


def min_p_filter(scores, min_p):
    weights = scores.float().exp()
    probs = weights / weights.sum(dim=-1, keepdim=True)
    keep = probs >= min_p * probs.amax(dim=-1, keepdim=True)
    return scores.masked_fill(~keep, float("-inf"))
