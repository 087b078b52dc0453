# wrong: wrong_shape
# The heads are put side by side, which comes later.
import torch


def attention(q, k, v, mask=None):
    scores = q @ k.mT / q.shape[-1] ** 0.5
    if mask is not None:
        scores = scores.masked_fill(~mask, -torch.inf)
    result = scores.softmax(dim=-1).nan_to_num(0.0) @ v
    return result.transpose(1, 2).flatten(2)
