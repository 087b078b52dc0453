# wrong: positions_ignored
# Positions are taken to be 0, 1, 2, ...
import torch


def rope(x, position_ids, theta=10000.0):
    T, d = x.shape[-2:]
    frequencies = theta ** (-torch.arange(0, d, 2).float() / d)
    angle = torch.outer(torch.arange(T).float(), frequencies)
    angle = torch.cat([angle, angle], dim=-1)
    first, second = x.chunk(2, dim=-1)
    return x * angle.cos() + torch.cat([-second, first], dim=-1) * angle.sin()
