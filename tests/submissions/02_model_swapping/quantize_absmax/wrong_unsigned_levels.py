# wrong: wraps_around
# 2^bits - 1 steps are taken to fit on either side of zero.
import torch


def quantize_absmax(weights, bits, group_size=None):
    levels = 2**bits - 1
    groups = weights.unflatten(-1, (-1, group_size or weights.shape[-1]))
    scale = groups.abs().amax(dim=-1, keepdim=True) / levels
    safe = torch.where(scale == 0, torch.ones_like(scale), scale)
    q = (groups / safe).round().to(torch.int32)
    half = 2 ** (bits - 1)
    return ((q + half) % (2 * half) - half).to(torch.int8), scale


def dequantize(q, scale):
    return (q * scale).flatten(-2)
