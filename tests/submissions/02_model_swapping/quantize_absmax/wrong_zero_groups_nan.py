# wrong: zero_groups
# A group is taken to hold something; of zeros, 0 / 0 is cast to an integer.
import torch


def quantize_absmax(weights, bits, group_size=None):
    qmax = 2 ** (bits - 1) - 1
    groups = weights.unflatten(-1, (-1, group_size or weights.shape[-1]))
    scale = groups.abs().amax(dim=-1, keepdim=True) / qmax
    return (groups / scale).round().to(torch.int32), scale


def dequantize(q, scale):
    return (q * scale).flatten(-2)
