# wrong: wrong_value
# What both agree on, which is what was accepted already.
import torch


def residual_distribution(p, q):
    surplus = torch.minimum(p, q)
    mass = surplus.sum(dim=-1, keepdim=True)
    enough = mass > 1e-12
    return torch.where(enough, surplus / mass.where(enough, torch.ones_like(mass)), p)
