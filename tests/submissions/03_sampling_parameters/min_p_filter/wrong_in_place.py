# wrong: input_changed
# masked_fill_ writes into the caller's tensor.
import torch


def min_p_filter(scores, min_p):
    probs = torch.softmax(scores.float(), dim=-1)
    threshold = min_p * probs.amax(dim=-1, keepdim=True)
    return scores.masked_fill_(probs < threshold, float("-inf"))
