# wrong: absolute_threshold
# min_p is taken to be a probability, not a share of the best one.
import torch


def min_p_filter(scores, min_p):
    probs = torch.softmax(scores.float(), dim=-1)
    return scores.masked_fill(probs < min_p, float("-inf"))
