# wrong: wrong_dimension
# One mean and one variance for everything.
import torch


def layer_norm(x, weight, bias, eps=1e-5):
    wide = x.to(torch.promote_types(x.dtype, torch.float32))
    mean = wide.mean()
    variance = wide.var(unbiased=False)
    normed = (wide - mean) / torch.sqrt(variance + eps)
    return (normed * weight + bias).to(x.dtype)
