# right: torch.where between residual and p
import torch


def residual_distribution(p, q):
    surplus = (p - q).clamp(min=0)
    mass = surplus.sum(dim=-1, keepdim=True)
    enough = mass > 1e-12
    return torch.where(enough, surplus / mass.where(enough, torch.ones_like(mass)), p)
