# wrong: absolute_mean
# The mean size of an entry is taken for the root mean square.
import torch


def rms_norm(x, weight, eps=1e-5):
    wide = x.to(torch.promote_types(x.dtype, torch.float32))
    mean_square = wide.abs().mean(dim=-1, keepdim=True) ** 2
    normed = wide / torch.sqrt(mean_square + eps)
    return (normed * weight).to(x.dtype)
