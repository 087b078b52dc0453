# wrong: mean_subtracted
# The standard deviation is taken for the root mean square.
import torch


def rms_norm(x, weight, eps=1e-5):
    wide = x.to(torch.promote_types(x.dtype, torch.float32))
    mean_square = wide.var(dim=-1, keepdim=True, unbiased=False)
    normed = wide / torch.sqrt(mean_square + eps)
    return (normed * weight).to(x.dtype)
