# wrong: mean_subtracted
# The mean is subtracted first, as in a layer norm.
import torch


def rms_norm(x, weight, eps=1e-5):
    wide = x.to(torch.promote_types(x.dtype, torch.float32))
    wide = wide - wide.mean(dim=-1, keepdim=True)
    mean_square = wide.square().mean(dim=-1, keepdim=True)
    normed = wide / torch.sqrt(mean_square + eps)
    return (normed * weight).to(x.dtype)
