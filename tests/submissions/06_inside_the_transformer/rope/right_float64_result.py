# right: the result in double precision, slices of an empty tensor
import torch


def rope(x, position_ids, theta=10000.0):
    half = x.shape[-1] // 2
    y = torch.empty(x.shape, dtype=torch.float64)
    for i in range(half):
        angle = position_ids.double().unsqueeze(1) * float(theta) ** (-i / half)
        y[..., i] = x[..., i] * angle.cos() - x[..., i + half] * angle.sin()
        y[..., i + half] = x[..., i + half] * angle.cos() + x[..., i] * angle.sin()
    return y
