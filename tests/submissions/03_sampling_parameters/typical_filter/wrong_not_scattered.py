# wrong: not_scattered_back
# The mask of the sorted row is laid on the unsorted one.
import torch


def typical_filter(scores, typical_p):
    logs = torch.log_softmax(scores.float(), dim=-1)
    probs = logs.exp()
    entropy = -(probs * logs).nansum(dim=-1, keepdim=True)
    order = (-logs - entropy).abs().argsort(dim=-1)
    ranked = probs.gather(-1, order)
    remove = ranked.cumsum(dim=-1) - ranked >= typical_p
    return scores.masked_fill(remove, float("-inf"))
