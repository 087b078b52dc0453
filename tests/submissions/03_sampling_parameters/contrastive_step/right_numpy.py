# right: numpy and einsum in double precision
import numpy as np
import torch


def contrastive_step(
    scores, candidate_ids, candidate_hidden, context_hidden, penalty_alpha
):
    x = scores.detach().double().numpy()
    p = np.exp(x - x.max(axis=1, keepdims=True))
    p /= p.sum(axis=1, keepdims=True)
    ids = candidate_ids.numpy()
    c = candidate_hidden.detach().double().numpy()
    h = context_hidden.detach().double().numpy()
    cos = np.einsum("bkh,bth->bkt", c, h)
    cos /= np.linalg.norm(c, axis=-1)[:, :, None]
    cos /= np.linalg.norm(h, axis=-1)[:, None]
    value = (1 - penalty_alpha) * np.take_along_axis(p, ids, axis=1)
    value -= penalty_alpha * cos.max(axis=-1)
    return torch.from_numpy(ids[np.arange(len(ids)), value.argmax(axis=1)])
