# wrong: sum_not_mean
# Divided by the length of the vector.
import torch


def rms_norm(x, weight, eps=1e-5):
    wide = x.to(torch.promote_types(x.dtype, torch.float32))
    mean_square = wide.square().sum(dim=-1, keepdim=True)
    normed = wide / torch.sqrt(mean_square + eps)
    return (normed * weight).to(x.dtype)
