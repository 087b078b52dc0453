# right: numpy in double precision, in place on a copy
import numpy as np
import torch


def min_p_filter(scores, min_p):
    x = scores.detach().to(torch.float64).numpy().copy()
    p = np.exp(x - x.max(axis=-1, keepdims=True))
    p = p / p.sum(axis=-1, keepdims=True)
    x[p < min_p * p.max(axis=-1, keepdims=True)] = -np.inf
    return torch.from_numpy(x).to(scores.dtype)
