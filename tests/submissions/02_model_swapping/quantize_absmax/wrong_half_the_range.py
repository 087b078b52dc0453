# wrong: range_not_used
# The sign is taken off twice: 2^(bits-2) steps on either side.
import torch


def quantize_absmax(weights, bits, group_size=None):
    qmax = 2 ** (bits - 2)
    groups = weights.unflatten(-1, (-1, group_size or weights.shape[-1]))
    scale = groups.abs().amax(dim=-1, keepdim=True) / qmax
    safe = torch.where(scale == 0, torch.ones_like(scale), scale)
    return (groups / safe).round().to(torch.int8), scale


def dequantize(q, scale):
    return (q * scale).flatten(-2)
