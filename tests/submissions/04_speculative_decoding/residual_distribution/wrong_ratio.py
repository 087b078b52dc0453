# wrong: wrong_value
# The surplus as a share of q, not as mass.
import torch


def residual_distribution(p, q):
    surplus = (p / q.clamp(min=1e-9) - 1).clamp(min=0) * (p > q)
    mass = surplus.sum(dim=-1, keepdim=True)
    enough = mass > 1e-12
    return torch.where(enough, surplus / mass.where(enough, torch.ones_like(mass)), p)
