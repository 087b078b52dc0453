# right: in place on a clone, NaN of empty groups set to zero, ties down
import torch


def quantize_absmax(weights, bits, group_size=None):
    w = weights.detach().clone(memory_format=torch.contiguous_format)
    shape = w.shape
    w = w.view(*shape[:-1], -1, group_size or shape[-1])
    qmax = 2 ** (bits - 1) - 1
    scale = torch.maximum(w.amax(-1, keepdim=True), -w.amin(-1, keepdim=True))
    scale /= qmax
    w /= scale
    w.nan_to_num_(nan=0.0)
    w.sub_(0.5).ceil_()
    return w.clamp_(-qmax, qmax).to(torch.int16), scale


def dequantize(q, scale):
    restored = torch.mul(q.float(), scale)
    return restored.reshape(*q.shape[:-2], q.shape[-2] * q.shape[-1])
