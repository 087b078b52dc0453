# wrong: wrong_value
# Squares in place of the positive part.
import torch


def residual_distribution(p, q):
    surplus = (p - q).square() * (p > q)
    mass = surplus.sum(dim=-1, keepdim=True)
    enough = mass > 1e-12
    return torch.where(enough, surplus / mass.where(enough, torch.ones_like(mass)), p)
