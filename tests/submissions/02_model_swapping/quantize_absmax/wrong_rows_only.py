# wrong: group_size_ignored
# One scale per row is taken to be enough.
import torch


def quantize_absmax(weights, bits, group_size=None):
    qmax = 2 ** (bits - 1) - 1
    scale = weights.abs().amax(dim=-1, keepdim=True) / qmax
    safe = torch.where(scale == 0, torch.ones_like(scale), scale)
    return (weights / safe).round().to(torch.int8), scale


def dequantize(q, scale):
    return q * scale
