# right: kthvalue row by row, in place on a copy
import torch


def top_k_filter(scores, top_k):
    out = torch.empty_like(scores)
    V = scores.shape[1]
    for b in range(scores.shape[0]):
        row = scores[b].clone()
        if top_k < V:
            kth = row.double().kthvalue(V - top_k + 1).values.to(row.dtype)
            row[row < kth] = -torch.inf
        out[b] = row
    return out
