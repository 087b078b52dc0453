# wrong: wrong_type
# The cosines and sines are returned; turning is left to the caller.
import torch


def rope(x, position_ids, theta=10000.0):
    d = x.shape[-1]
    frequencies = theta ** (-torch.arange(0, d, 2).float() / d)
    angle = position_ids[:, :, None].float() * frequencies
    angle = torch.cat([angle, angle], dim=-1)
    return angle.cos(), angle.sin()
