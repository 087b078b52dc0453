# right: sorts by the distance from the entropy, exclusive mass, scatters back
import torch


def typical_filter(scores, typical_p):
    logs = torch.log_softmax(scores.float(), dim=-1)
    probs = logs.exp()
    entropy = -(probs * logs).nansum(dim=-1, keepdim=True)
    distance = (-logs - entropy).abs()
    order = distance.argsort(dim=-1)
    ranked = probs.gather(-1, order)
    remove = ranked.cumsum(dim=-1) - ranked >= typical_p
    remove[:, 0] = False
    remove = torch.zeros_like(remove).scatter(-1, order, remove)
    return scores.masked_fill(remove, float("-inf"))
