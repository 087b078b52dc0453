# right: cosines and sines for all entries, the halves swapped with a sign
import torch


def rotate_half(x):
    first, second = x.chunk(2, dim=-1)
    return torch.cat([-second, first], dim=-1)


def rope(x, position_ids, theta=10000.0):
    d = x.shape[-1]
    frequencies = theta ** (-torch.arange(0, d, 2).float() / d)
    angle = position_ids[:, None, :, None].float() * frequencies
    angle = torch.cat([angle, angle], dim=-1)
    return x * angle.cos() + rotate_half(x) * angle.sin()
