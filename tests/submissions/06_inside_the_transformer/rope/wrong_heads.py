# wrong: heads_not_positions
# The positions are laid along the heads, as far as there are heads.
import torch


def rope(x, position_ids, theta=10000.0):
    B, h, T, d = x.shape
    frequencies = theta ** (-torch.arange(0, d, 2).float() / d)
    place = position_ids if h == T else torch.arange(h).expand(B, h)
    angle = place[:, :, None, None].float() * frequencies
    angle = torch.cat([angle, angle], dim=-1)
    first, second = x.chunk(2, dim=-1)
    return x * angle.cos() + torch.cat([-second, first], dim=-1) * angle.sin()
