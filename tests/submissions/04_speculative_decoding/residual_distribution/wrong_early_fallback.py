# wrong: fallback_too_early
# A mass of a millionth already counts as none.
import torch


def residual_distribution(p, q):
    surplus = (p - q).clamp(min=0)
    mass = surplus.sum(dim=-1, keepdim=True)
    return torch.where(mass > 1e-6, surplus / mass.clamp(min=1e-6), p)
