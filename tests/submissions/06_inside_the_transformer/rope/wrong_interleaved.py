# wrong: pairs_interleaved
# Neighbouring entries are paired, as in the paper.
import torch


def rope(x, position_ids, theta=10000.0):
    d = x.shape[-1]
    frequencies = theta ** (-torch.arange(0, d, 2).float() / d)
    angle = position_ids[:, None, :, None].float() * frequencies
    a, b = x[..., 0::2], x[..., 1::2]
    turned = [a * angle.cos() - b * angle.sin(), b * angle.cos() + a * angle.sin()]
    return torch.stack(turned, dim=-1).flatten(-2)
