# wrong: sum_not_mean
# Length 1 is taken to be a root mean square of 1.
import torch
import torch.nn.functional as F


def rms_norm(x, weight, eps=1e-5):
    wide = x.to(torch.promote_types(x.dtype, torch.float32))
    normed = F.normalize(wide, dim=-1, eps=eps)
    return (normed * weight).to(x.dtype)
