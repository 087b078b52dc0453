# wrong: relative_to_mean
# Measured against the mean probability.
import torch


def min_p_filter(scores, min_p):
    probs = torch.softmax(scores.float(), dim=-1)
    threshold = min_p * probs.mean(dim=-1, keepdim=True)
    return scores.masked_fill(probs < threshold, float("-inf"))
