# wrong: threshold_on_scores
# A share of the best score, not of the best probability.


def min_p_filter(scores, min_p):
    threshold = min_p * scores.amax(dim=-1, keepdim=True)
    return scores.masked_fill(scores < threshold, float("-inf"))
