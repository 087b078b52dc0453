# wrong: crossing_token_dropped
# The token that crosses the mass goes.
import torch


def typical_filter(scores, typical_p):
    logs = torch.log_softmax(scores.float(), dim=-1)
    probs = logs.exp()
    entropy = -(probs * logs).nansum(dim=-1, keepdim=True)
    order = (-logs - entropy).abs().argsort(dim=-1)
    remove = probs.gather(-1, order).cumsum(dim=-1) > typical_p
    remove[:, 0] = False
    remove = remove.scatter(-1, order, remove)
    return scores.masked_fill(remove, float("-inf"))
