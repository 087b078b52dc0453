# wrong: input_changed
# The queries are scaled in place.
import torch


def attention(q, k, v, mask=None):
    q /= q.shape[-1] ** 0.5
    scores = q @ k.mT
    if mask is not None:
        scores = scores.masked_fill(~mask, -torch.inf)
    return scores.softmax(dim=-1).nan_to_num(0.0) @ v
