# wrong: unbiased_variance
# var divides by H - 1 unless it is told not to.
import torch


def layer_norm(x, weight, bias, eps=1e-5):
    wide = x.to(torch.promote_types(x.dtype, torch.float32))
    mean = wide.mean(dim=-1, keepdim=True)
    variance = wide.var(dim=-1, keepdim=True)
    normed = (wide - mean) / torch.sqrt(variance + eps)
    return (normed * weight + bias).to(x.dtype)
