# wrong: wrong_shape
# Only the k best scores are handed back, without their places.


def top_k_filter(scores, top_k):
    return scores.topk(min(top_k, scores.shape[-1]), dim=-1).values
