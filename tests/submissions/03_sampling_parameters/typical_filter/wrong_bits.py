# wrong: log_base_mixed
# The entropy in bits, the surprise in nats.
import torch


def typical_filter(scores, typical_p):
    logs = torch.log_softmax(scores.float(), dim=-1)
    probs = logs.exp()
    entropy = -(probs * probs.log2()).nansum(dim=-1, keepdim=True)
    order = (-logs - entropy).abs().argsort(dim=-1)
    ranked = probs.gather(-1, order)
    remove = ranked.cumsum(dim=-1) - ranked >= typical_p
    remove = remove.scatter(-1, order, remove)
    return scores.masked_fill(remove, float("-inf"))
