# wrong: inverted
# The mask marks what stays, and masked_fill removes it.
import torch


def min_p_filter(scores, min_p):
    probs = torch.softmax(scores.float(), dim=-1)
    keep = probs >= min_p * probs.amax(dim=-1, keepdim=True)
    return scores.masked_fill(keep, float("-inf"))
