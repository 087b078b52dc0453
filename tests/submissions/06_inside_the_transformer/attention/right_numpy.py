# right: numpy in double precision, softmax by hand
import numpy as np
import torch


def attention(q, k, v, mask=None):
    Q, K, V = (x.detach().double().numpy() for x in (q, k, v))
    scores = Q @ K.swapaxes(-1, -2) / np.sqrt(Q.shape[-1])
    if mask is not None:
        scores = np.where(mask.numpy(), scores, -np.inf)
    best = scores.max(axis=-1, keepdims=True)
    weights = np.exp(scores - np.where(np.isinf(best), 0, best))
    total = weights.sum(axis=-1, keepdims=True)
    weights = np.divide(weights, total, out=np.zeros_like(weights), where=total > 0)
    return torch.from_numpy(weights @ V)
