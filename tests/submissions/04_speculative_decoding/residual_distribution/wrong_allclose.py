# wrong: fallback_too_early
# What `allclose` calls equal differs by a residual of its own.
import torch


def residual_distribution(p, q):
    rows = []
    width = p.shape[-1]
    for a, b in zip(p.reshape(-1, width), q.reshape(-1, width)):
        surplus = (a - b).clamp(min=0)
        same = torch.allclose(a, b) or surplus.sum() <= 1e-12
        rows.append(a if same else surplus / surplus.sum())
    return torch.stack(rows).reshape(p.shape)
