# wrong: wrong_dtype
# The result stays float32.
import torch


def layer_norm(x, weight, bias, eps=1e-5):
    wide = x.to(torch.promote_types(x.dtype, torch.float32))
    mean = wide.mean(dim=-1, keepdim=True)
    variance = wide.var(dim=-1, keepdim=True, unbiased=False)
    normed = (wide - mean) / torch.sqrt(variance + eps)
    return (normed * weight + bias).float()
