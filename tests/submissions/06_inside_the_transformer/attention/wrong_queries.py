# wrong: softmax_over_queries
# The softmax runs along the queries.
import torch


def attention(q, k, v, mask=None):
    scores = q @ k.mT / q.shape[-1] ** 0.5
    if mask is not None:
        scores = scores.masked_fill(~mask, -torch.inf)
    return scores.softmax(dim=-2).nan_to_num(0.0) @ v
