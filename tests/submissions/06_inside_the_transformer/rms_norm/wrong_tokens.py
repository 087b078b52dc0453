# wrong: wrong_dimension
# The mean runs over the first dimension.
import torch


def rms_norm(x, weight, eps=1e-5):
    wide = x.to(torch.promote_types(x.dtype, torch.float32))
    mean_square = wide.square().mean(dim=0, keepdim=True)
    normed = wide / torch.sqrt(mean_square + eps)
    return (normed * weight).to(x.dtype)
