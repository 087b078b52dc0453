# wrong: wrong_shape
# The leading dimensions come back as one.
import torch


def residual_distribution(p, q):
    p, q = p.reshape(-1, p.shape[-1]), q.reshape(-1, q.shape[-1])
    surplus = (p - q).clamp(min=0)
    mass = surplus.sum(dim=-1, keepdim=True)
    enough = mass > 1e-12
    return torch.where(enough, surplus / mass.where(enough, torch.ones_like(mass)), p)
