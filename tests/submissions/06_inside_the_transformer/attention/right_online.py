# right: one key after another, with a running maximum and a running sum
import torch


def attention(q, k, v, mask=None):
    best = torch.full((*q.shape[:3], 1), -1e30)
    total = torch.zeros_like(best)
    result = torch.zeros_like(q)
    allowed = None if mask is None else mask.expand(*q.shape[:3], k.shape[2])
    for s in range(k.shape[2]):
        score = (q * k[:, :, s : s + 1]).sum(-1, keepdim=True) / q.shape[-1] ** 0.5
        if allowed is not None:
            score = score.masked_fill(~allowed[..., s : s + 1], -torch.inf)
        higher = torch.maximum(best, score)
        weight, shrink = (score - higher).exp(), (best - higher).exp()
        total = total * shrink + weight
        result = result * shrink + weight * v[:, :, s : s + 1]
        best = higher
    return result / total.clamp(min=1e-30)
