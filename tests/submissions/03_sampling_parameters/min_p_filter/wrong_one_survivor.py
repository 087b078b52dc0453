# wrong: boundary_token_dropped
# Of several tokens that share the maximum only the first is safe.
import torch


def min_p_filter(scores, min_p):
    probs = torch.softmax(scores.float(), dim=-1)
    best, where = probs.max(dim=-1, keepdim=True)
    keep = probs > min_p * best
    keep = keep.scatter(-1, where, True)
    return scores.masked_fill(~keep, float("-inf"))
