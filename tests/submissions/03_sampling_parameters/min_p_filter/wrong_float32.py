# wrong: wrong_dtype
# Widened for the softmax and not cast back.
import torch


def min_p_filter(scores, min_p):
    scores = scores.float()
    probs = torch.softmax(scores, dim=-1)
    threshold = min_p * probs.amax(dim=-1, keepdim=True)
    return scores.masked_fill(probs < threshold, float("-inf"))
