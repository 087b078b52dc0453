# wrong: one_scale_for_all
# The largest weight of the whole tensor sets the scale for every group.
import torch


def quantize_absmax(weights, bits, group_size=None):
    qmax = 2 ** (bits - 1) - 1
    scale = weights.abs().max() / qmax
    if scale == 0:
        scale = torch.ones(())
    return (weights / scale).round().to(torch.int8), scale


def dequantize(q, scale):
    return q * scale
