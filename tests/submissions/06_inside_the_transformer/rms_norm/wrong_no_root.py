# wrong: root_missing
# Divided by the mean square.
import torch


def rms_norm(x, weight, eps=1e-5):
    wide = x.to(torch.promote_types(x.dtype, torch.float32))
    mean_square = wide.square().mean(dim=-1, keepdim=True)
    normed = wide / (mean_square + eps)
    return (normed * weight).to(x.dtype)
