# wrong: unbiased_variance
# std divides by H - 1 too.
import torch


def layer_norm(x, weight, bias, eps=1e-5):
    wide = x.to(torch.promote_types(x.dtype, torch.float32))
    mean = wide.mean(dim=-1, keepdim=True)
    variance = wide.std(dim=-1, keepdim=True) ** 2
    normed = (wide - mean) / torch.sqrt(variance + eps)
    return (normed * weight + bias).to(x.dtype)
