# wrong: input_changed
# The subtraction happens in the caller's tensor.
import torch


def residual_distribution(p, q):
    fallback = p.clone()
    surplus = p.sub_(q).clamp_(min=0)
    mass = surplus.sum(dim=-1, keepdim=True)
    return torch.where(mass > 1e-12, surplus / mass.clamp(min=1e-12), fallback)
