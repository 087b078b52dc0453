# right: plain lists, recursion over the leading dimensions
import torch


def rest(p, q):
    if isinstance(p[0], list):
        return [rest(a, b) for a, b in zip(p, q, strict=True)]
    surplus = [max(0.0, a - b) for a, b in zip(p, q, strict=True)]
    mass = sum(surplus)
    return [s / mass for s in surplus] if mass > 1e-12 else p


def residual_distribution(p, q):
    return torch.tensor(rest(p.tolist(), q.tolist()), dtype=p.dtype)
