# wrong: input_changed
# An indexed assignment writes into the caller's tensor.
import torch


def typical_filter(scores, typical_p):
    logs = torch.log_softmax(scores.float(), dim=-1)
    probs = logs.exp()
    entropy = -(probs * logs).nansum(dim=-1, keepdim=True)
    order = (-logs - entropy).abs().argsort(dim=-1)
    ranked = probs.gather(-1, order)
    remove = ranked.cumsum(dim=-1) - ranked >= typical_p
    scores[remove.scatter(-1, order, remove)] = float("-inf")
    return scores
