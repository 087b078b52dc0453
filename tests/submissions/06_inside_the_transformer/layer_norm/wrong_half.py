# wrong: half_precision_overflow
# Squares are taken in the input's own dtype.
import torch


def layer_norm(x, weight, bias, eps=1e-5):
    wide = x
    mean = wide.mean(dim=-1, keepdim=True)
    variance = (wide - mean).square().mean(dim=-1, keepdim=True)
    normed = (wide - mean) / torch.sqrt(variance + eps)
    return (normed * weight + bias).to(x.dtype)
