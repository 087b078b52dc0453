# wrong: asymmetric_range
# All 2^bits values of the integer are used; there is one more below zero.
import torch


def quantize_absmax(weights, bits, group_size=None):
    half = 2 ** (bits - 1)
    groups = weights.unflatten(-1, (-1, group_size or weights.shape[-1]))
    scale = groups.abs().amax(dim=-1, keepdim=True) / half
    safe = torch.where(scale == 0, torch.ones_like(scale), scale)
    q = (groups / safe).round().clamp(-half, half - 1)
    return q.to(torch.int8), scale


def dequantize(q, scale):
    return (q * scale).flatten(-2)
