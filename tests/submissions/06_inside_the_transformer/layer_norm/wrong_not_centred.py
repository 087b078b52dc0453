# wrong: mean_not_subtracted
# The variance is centred, the entries are not.
import torch


def layer_norm(x, weight, bias, eps=1e-5):
    wide = x.to(torch.promote_types(x.dtype, torch.float32))
    variance = wide.var(dim=-1, keepdim=True, unbiased=False)
    normed = wide / torch.sqrt(variance + eps)
    return (normed * weight + bias).to(x.dtype)
