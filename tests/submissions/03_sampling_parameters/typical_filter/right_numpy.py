# right: numpy in double precision, a threshold on the distance
import numpy as np
import torch


def typical_filter(scores, typical_p):
    x = scores.detach().double().numpy()
    p = np.exp(x - x.max(axis=1, keepdims=True))
    p /= p.sum(axis=1, keepdims=True)
    keep = np.zeros(p.shape, dtype=bool)
    for b, row in enumerate(p):
        surprise = -np.log(np.where(row > 0, row, 1.0))
        gap = np.abs(surprise - (row * surprise).sum())
        gap[row == 0] = np.inf
        order = np.argsort(gap)
        n = np.searchsorted(np.cumsum(row[order]), typical_p, side="left") + 1
        keep[b] = gap <= gap[order[min(n, len(row)) - 1]]
    return scores.masked_fill(~torch.from_numpy(keep), -torch.inf)
