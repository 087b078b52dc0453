# wrong: zero_groups
# The inverse of the scale is kept; for a group of zeros it is infinite.
import torch


def quantize_absmax(weights, bits, group_size=None):
    qmax = 2 ** (bits - 1) - 1
    groups = weights.unflatten(-1, (-1, group_size or weights.shape[-1]))
    inverse = qmax / groups.abs().amax(dim=-1, keepdim=True)
    q = (groups * inverse).round().nan_to_num().clamp(-qmax, qmax)
    return q.to(torch.int8), inverse


def dequantize(q, scale):
    return (q * (1 / scale) + 0 * scale).flatten(-2)
