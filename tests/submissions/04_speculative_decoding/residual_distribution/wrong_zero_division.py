# wrong: zero_mass
# Python's floats raise where p and q agree.
import torch


def residual_distribution(p, q):
    shape = p.shape
    rows = []
    for a, b in zip(p.reshape(-1, shape[-1]).tolist(), q.reshape(-1, shape[-1]).tolist()):
        surplus = [max(0.0, x - y) for x, y in zip(a, b)]
        rows.append([s / sum(surplus) for s in surplus])
    return torch.tensor(rows, dtype=p.dtype).reshape(shape)
