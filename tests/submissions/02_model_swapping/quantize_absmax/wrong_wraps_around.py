# wrong: wraps_around
# The largest weight is mapped to 2^(bits-1), which an int8 of 8 bits wraps.
import torch


def quantize_absmax(weights, bits, group_size=None):
    groups = weights.unflatten(-1, (-1, group_size or weights.shape[-1]))
    scale = groups.abs().amax(dim=-1, keepdim=True) / 2 ** (bits - 1)
    safe = torch.where(scale == 0, torch.ones_like(scale), scale)
    q = (groups / safe).round().to(torch.int16)
    span = 2**bits
    q = (q + span // 2) % span - span // 2  # what `bits` bits can hold
    return q.to(torch.int8), scale


def dequantize(q, scale):
    return (q * scale).flatten(-2)
