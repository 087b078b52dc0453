# wrong: range_not_used
# 127 steps are taken whatever the number of bits.
import torch


def quantize_absmax(weights, bits, group_size=None):
    groups = weights.unflatten(-1, (-1, group_size or weights.shape[-1]))
    scale = groups.abs().amax(dim=-1, keepdim=True) / 127
    safe = torch.where(scale == 0, torch.ones_like(scale), scale)
    return (groups / safe).round().to(torch.int8), scale


def dequantize(q, scale):
    return (q * scale).flatten(-2)
