# right: a view with the groups as a dimension of their own, q in that shape
import torch


def quantize_absmax(weights, bits, group_size=None):
    qmax = 2 ** (bits - 1) - 1
    size = weights.shape[-1] if group_size is None else group_size
    groups = weights.unflatten(-1, (-1, size))
    scale = groups.abs().amax(dim=-1, keepdim=True) / qmax
    safe = torch.where(scale == 0, torch.ones_like(scale), scale)
    q = (groups / safe).round().clamp(-qmax, qmax).to(torch.int8)
    return q, scale


def dequantize(q, scale):
    return (q * scale).flatten(-2)
