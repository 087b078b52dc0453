# wrong: not_minus_inf
# A score of 0 is taken to be a probability of 0.
import torch


def min_p_filter(scores, min_p):
    probs = torch.softmax(scores.float(), dim=-1)
    keep = probs >= min_p * probs.amax(dim=-1, keepdim=True)
    return torch.where(keep, scores, torch.zeros_like(scores))
