# wrong: not_normalised
# The largest entry becomes 1.
import torch


def residual_distribution(p, q):
    surplus = (p - q).clamp(min=0)
    empty = surplus.sum(dim=-1, keepdim=True) <= 1e-12
    surplus = torch.where(empty, p, surplus)
    return surplus / surplus.amax(dim=-1, keepdim=True)
