# wrong: asymmetric_range
# Minimum and maximum are mapped to the ends of the range, with a zero point.
import torch


def quantize_absmax(weights, bits, group_size=None):
    groups = weights.unflatten(-1, (-1, group_size or weights.shape[-1]))
    low = groups.amin(dim=-1, keepdim=True)
    high = groups.amax(dim=-1, keepdim=True)
    step = (high - low) / (2**bits - 1)
    step = torch.where(step == 0, torch.ones_like(step), step)
    q = ((groups - low) / step).round() - 2 ** (bits - 1)
    offset = low + step * 2 ** (bits - 1)
    return q.to(torch.int8), torch.cat([step, offset], dim=-1)


def dequantize(q, scale):
    step, offset = scale[..., :1], scale[..., 1:]
    return (q * step + offset).flatten(-2)
