# wrong: leading_dimensions
# Written for a single distribution.
import torch


def residual_distribution(p, q):
    surplus = [max(0.0, a - b) for a, b in zip(p.tolist(), q.tolist())]
    mass = sum(surplus)
    if mass <= 1e-12:
        return p.clone()
    return torch.tensor(surplus, dtype=p.dtype) / mass
