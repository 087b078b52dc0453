# wrong: input_changed
# A view is taken to be a copy: the caller's weights become steps.
import torch


def quantize_absmax(weights, bits, group_size=None):
    qmax = 2 ** (bits - 1) - 1
    groups = weights.view(*weights.shape[:-1], -1, group_size or weights.shape[-1])
    scale = groups.abs().amax(dim=-1, keepdim=True) / qmax
    groups /= torch.where(scale == 0, torch.ones_like(scale), scale)
    groups.round_()
    return groups.to(torch.int8), scale


def dequantize(q, scale):
    return (q * scale).flatten(-2)
