# wrong: not_normalised
# The surplus sums to less than 1.
import torch


def residual_distribution(p, q):
    surplus = (p - q).clamp(min=0)
    empty = surplus.sum(dim=-1, keepdim=True) <= 1e-12
    return torch.where(empty, p, surplus)
