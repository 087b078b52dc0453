# wrong: mean_not_entropy
# The plain mean of the surprises, not weighted by probability.
import torch


def typical_filter(scores, typical_p):
    logs = torch.log_softmax(scores.float(), dim=-1)
    probs = logs.exp()
    alive = logs > float("-inf")
    total = torch.where(alive, -logs, 0.0).sum(dim=-1, keepdim=True)
    mean = total / alive.sum(dim=-1, keepdim=True)
    order = (-logs - mean).abs().argsort(dim=-1)
    ranked = probs.gather(-1, order)
    remove = ranked.cumsum(dim=-1) - ranked >= typical_p
    remove = remove.scatter(-1, order, remove)
    return scores.masked_fill(remove, float("-inf"))
