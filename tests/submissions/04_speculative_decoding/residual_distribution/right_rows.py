# right: row by row over a flattened copy
import torch


def residual_distribution(p, q):
    rows = []
    for a, b in zip(p.reshape(-1, p.shape[-1]), q.reshape(-1, q.shape[-1]), strict=True):
        surplus = torch.relu(a - b)
        mass = surplus.sum()
        rows.append(surplus / mass if mass > 1e-12 else a)
    return torch.stack(rows).reshape(p.shape)
