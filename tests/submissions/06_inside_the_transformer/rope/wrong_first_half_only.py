# wrong: half_rotated
# Only the first coordinate of each pair is turned.
import torch


def rope(x, position_ids, theta=10000.0):
    half = x.shape[-1] // 2
    frequencies = theta ** (-torch.arange(half) / half)
    angle = position_ids[:, None, :, None].float() * frequencies
    first, second = x[..., :half], x[..., half:]
    return torch.cat([first * angle.cos() - second * angle.sin(), second], dim=-1)
