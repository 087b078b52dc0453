# wrong: fallback_not_p
# Without mass the target's favourite is taken for certain.
import torch


def residual_distribution(p, q):
    surplus = (p - q).clamp(min=0)
    mass = surplus.sum(dim=-1, keepdim=True)
    best = torch.nn.functional.one_hot(p.argmax(-1), p.shape[-1]).to(p.dtype)
    return torch.where(mass > 1e-12, surplus / mass.clamp(min=1e-12), best)
