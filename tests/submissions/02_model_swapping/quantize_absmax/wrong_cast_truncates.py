# wrong: truncates
# Casting to an integer is taken to round.
import torch


def quantize_absmax(weights, bits, group_size=None):
    qmax = 2 ** (bits - 1) - 1
    groups = weights.unflatten(-1, (-1, group_size or weights.shape[-1]))
    scale = groups.abs().amax(dim=-1, keepdim=True) / qmax
    safe = torch.where(scale == 0, torch.ones_like(scale), scale)
    return (groups / safe).to(torch.int8), scale


def dequantize(q, scale):
    return (q * scale).flatten(-2)
