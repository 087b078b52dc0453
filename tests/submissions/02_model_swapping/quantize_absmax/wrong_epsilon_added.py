# wrong: small_groups_lost
# A constant added to the scale is taken to change nothing.
import torch


def quantize_absmax(weights, bits, group_size=None):
    qmax = 2 ** (bits - 1) - 1
    groups = weights.unflatten(-1, (-1, group_size or weights.shape[-1]))
    scale = groups.abs().amax(dim=-1, keepdim=True) / qmax + 1e-5
    return (groups / scale).round().to(torch.int8), scale


def dequantize(q, scale):
    return (q * scale).flatten(-2)
