# wrong: wrong_scale
# The number of keys is taken for the size of one.
import torch


def attention(q, k, v, mask=None):
    scores = q @ k.mT / k.shape[-2] ** 0.5
    if mask is not None:
        scores = scores.masked_fill(~mask, -torch.inf)
    return scores.softmax(dim=-1).nan_to_num(0.0) @ v
