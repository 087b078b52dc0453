# wrong: fallback_only_at_zero
# Only rows that are equal to the last bit count as equal.
import torch


def residual_distribution(p, q):
    surplus = (p - q).clamp(min=0)
    alike = (p == q).all(dim=-1, keepdim=True)
    mass = surplus.sum(dim=-1, keepdim=True)
    return torch.where(alike, p, surplus / mass.where(mass > 0, torch.ones_like(mass)))
