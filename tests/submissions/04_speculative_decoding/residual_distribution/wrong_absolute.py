# wrong: absolute_residual
# The difference without its sign: tokens that q has too much of get mass too.
import torch


def residual_distribution(p, q):
    surplus = (p - q).abs()
    mass = surplus.sum(dim=-1, keepdim=True)
    enough = mass > 1e-12
    return torch.where(enough, surplus / mass.where(enough, torch.ones_like(mass)), p)
