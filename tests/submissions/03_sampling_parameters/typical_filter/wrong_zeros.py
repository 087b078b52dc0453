# wrong: not_minus_inf
# A score of 0 is taken to be a probability of 0.
import torch


def typical_filter(scores, typical_p):
    logs = torch.log_softmax(scores.float(), dim=-1)
    probs = logs.exp()
    entropy = -(probs * logs).nansum(dim=-1, keepdim=True)
    order = (-logs - entropy).abs().argsort(dim=-1)
    ranked = probs.gather(-1, order)
    remove = ranked.cumsum(dim=-1) - ranked >= typical_p
    remove = remove.scatter(-1, order, remove)
    return scores.masked_fill(remove, 0.0)
