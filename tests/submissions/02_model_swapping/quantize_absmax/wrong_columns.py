# wrong: wrong_dimension
# The groups run down the columns.
import torch


def quantize_absmax(weights, bits, group_size=None):
    qmax = 2 ** (bits - 1) - 1
    size = group_size or weights.shape[0]
    if weights.shape[0] % size:
        size = weights.shape[0]
    groups = weights.unflatten(0, (-1, size))
    scale = groups.abs().amax(dim=1, keepdim=True) / qmax
    safe = torch.where(scale == 0, torch.ones_like(scale), scale)
    return (groups / safe).round().to(torch.int8), scale


def dequantize(q, scale):
    return (q * scale).flatten(0, 1)
