# wrong: eps_missing
# A vector is taken never to be zero.
import torch


def rms_norm(x, weight, eps=1e-5):
    wide = x.to(torch.promote_types(x.dtype, torch.float32))
    mean_square = wide.square().mean(dim=-1, keepdim=True)
    normed = wide / torch.sqrt(mean_square)
    return (normed * weight).to(x.dtype)
