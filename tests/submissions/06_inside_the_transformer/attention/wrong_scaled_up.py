# wrong: wrong_scale
# Multiplied by the root.
import torch


def attention(q, k, v, mask=None):
    scores = q @ k.mT * q.shape[-1] ** 0.5
    if mask is not None:
        scores = scores.masked_fill(~mask, -torch.inf)
    return scores.softmax(dim=-1).nan_to_num(0.0) @ v
