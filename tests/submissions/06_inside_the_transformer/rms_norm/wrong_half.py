# wrong: half_precision_overflow
# Squares are taken in the input's own dtype.
import torch


def rms_norm(x, weight, eps=1e-5):
    wide = x
    mean_square = wide.square().mean(dim=-1, keepdim=True)
    normed = wide / torch.sqrt(mean_square + eps)
    return (normed * weight).to(x.dtype)
