# right: numpy in double precision, stable order
import numpy as np
import torch


def top_p_filter(scores, top_p, min_tokens_to_keep=1):
    x = scores.detach().double().numpy()
    p = np.exp(x - x.max(axis=1, keepdims=True))
    p /= p.sum(axis=1, keepdims=True)
    order = np.argsort(-p, axis=1, kind="stable")
    ranked = np.take_along_axis(p, order, axis=1)
    before = np.concatenate([np.zeros((len(p), 1)), ranked.cumsum(1)[:, :-1]], 1)
    keep = (before < top_p) | (np.arange(p.shape[1]) < min_tokens_to_keep)
    kept = np.zeros(p.shape, dtype=bool)
    np.put_along_axis(kept, order, keep, axis=1)
    return torch.where(torch.from_numpy(kept), scores, -torch.inf)
