# right: the smallest finite number is added to what is hidden, its weight zeroed
import torch


def attention(q, k, v, mask=None):
    d = q.shape[-1]
    scores = torch.matmul(q / d**0.5, k.mT)
    if mask is not None:
        hidden = torch.zeros(mask.shape).masked_fill(
            ~mask, torch.finfo(torch.float32).min
        )
        scores = scores + hidden
    weights = scores.softmax(-1)
    if mask is not None:
        weights = weights * mask
    return weights @ v
