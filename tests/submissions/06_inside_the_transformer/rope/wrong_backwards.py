# wrong: turned_backwards
# The minus sign is on the other half.
import torch


def rope(x, position_ids, theta=10000.0):
    d = x.shape[-1]
    frequencies = theta ** (-torch.arange(0, d, 2).float() / d)
    angle = position_ids[:, None, :, None].float() * frequencies
    angle = torch.cat([angle, angle], dim=-1)
    first, second = x.chunk(2, dim=-1)
    return x * angle.cos() + torch.cat([second, -first], dim=-1) * angle.sin()
