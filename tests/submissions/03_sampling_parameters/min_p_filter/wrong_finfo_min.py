# wrong: not_minus_inf
# The smallest finite number is taken to be as good as -inf.
import torch


def min_p_filter(scores, min_p):
    probs = torch.softmax(scores.float(), dim=-1)
    threshold = min_p * probs.amax(dim=-1, keepdim=True)
    return scores.masked_fill(probs < threshold, torch.finfo(scores.dtype).min)
