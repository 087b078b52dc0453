# wrong: calls_the_library
# torch's own quantizer is given the scales and does the rest.
import torch


def quantize_absmax(weights, bits, group_size=None):
    qmax = 2 ** (bits - 1) - 1
    groups = weights.reshape(-1, group_size or weights.shape[-1])
    scale = groups.abs().amax(dim=-1) / qmax
    safe = torch.where(scale == 0, torch.ones_like(scale), scale)
    zeros = torch.zeros(len(safe), dtype=torch.long)
    quantized = torch.quantize_per_channel(groups, safe, zeros, 0, torch.qint8)
    q = quantized.int_repr().reshape(weights.shape)
    return q, scale.reshape(*weights.shape[:-1], -1)


def dequantize(q, scale):
    repeats = q.shape[-1] // scale.shape[-1]
    return q * scale.repeat_interleave(repeats, dim=-1)
