# wrong: fallback_not_p
# Without mass every token is taken to be equally likely.
import torch


def residual_distribution(p, q):
    surplus = (p - q).clamp(min=0)
    mass = surplus.sum(dim=-1, keepdim=True)
    enough = mass > 1e-12
    return torch.where(enough, surplus / mass.where(enough, mass + 1), 1 / p.shape[-1])
