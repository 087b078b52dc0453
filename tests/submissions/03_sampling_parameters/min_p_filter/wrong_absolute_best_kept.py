# wrong: absolute_threshold
# min_p as a probability, with the best token saved by hand.
import torch


def min_p_filter(scores, min_p):
    probs = torch.softmax(scores.float(), dim=-1)
    keep = (probs >= min_p) | (scores == scores.amax(dim=-1, keepdim=True))
    return scores.masked_fill(~keep, float("-inf"))
