# wrong: added_not_rotated
# Sines and cosines are added, as sinusoidal positions are.
import torch


def rope(x, position_ids, theta=10000.0):
    d = x.shape[-1]
    frequencies = theta ** (-torch.arange(0, d, 2).float() / d)
    angle = position_ids[:, None, :, None].float() * frequencies
    return x + torch.cat([angle.sin(), angle.cos()], dim=-1)
