# right: everything in the input's own dtype, rows one by one
import torch


def min_p_filter(scores, min_p):
    if min_p == 0:
        return scores
    out = scores.clone()
    for row in out:
        probs = row.softmax(dim=-1)
        row[probs / probs.max() < min_p] = -torch.inf
    return out
