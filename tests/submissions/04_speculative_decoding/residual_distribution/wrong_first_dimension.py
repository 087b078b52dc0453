# wrong: rows_mixed
# Normalised down the columns.
import torch


def residual_distribution(p, q):
    surplus = (p - q).clamp(min=0)
    empty = surplus.sum(dim=-1, keepdim=True) <= 1e-12
    mass = surplus.sum(dim=0, keepdim=True)
    return torch.where(empty, p, surplus / mass.clamp(min=1e-12))
