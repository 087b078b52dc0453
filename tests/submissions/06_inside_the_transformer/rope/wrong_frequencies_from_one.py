# wrong: exponent_wrong
# Pairs are counted from 1: the first one is already slowed down.
import torch


def rope(x, position_ids, theta=10000.0):
    half = x.shape[-1] // 2
    frequencies = theta ** (-torch.arange(1, half + 1) / half)
    angle = position_ids[:, None, :, None].float() * frequencies
    first, second = x[..., :half], x[..., half:]
    cos, sin = angle.cos(), angle.sin()
    return torch.cat([first * cos - second * sin, second * cos + first * sin], -1)
