# wrong: fallback_only_at_zero
# Rounding leaves a mass that is not 0, and is none.
import torch


def residual_distribution(p, q):
    surplus = (p - q).clamp(min=0)
    mass = surplus.sum(dim=-1, keepdim=True)
    some = mass > 0
    return torch.where(some, surplus / mass.where(some, torch.ones_like(mass)), p)
