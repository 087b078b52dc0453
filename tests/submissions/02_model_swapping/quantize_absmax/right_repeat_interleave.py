# right: q as wide as the weights, scales repeated to fit
import torch


def quantize_absmax(weights, bits, group_size=None):
    width = weights.shape[-1]
    group_size = group_size or width
    qmax = 2 ** (bits - 1) - 1
    largest = weights.abs().unfold(-1, group_size, group_size).amax(-1)
    scale = largest / qmax
    scale[scale == 0] = 1.0
    steps = weights / scale.repeat_interleave(group_size, dim=-1)
    return torch.round(steps).to(torch.int8), scale


def dequantize(q, scale):
    repeats = q.shape[-1] // scale.shape[-1]
    return q.to(scale.dtype) * scale.repeat_interleave(repeats, dim=-1)
