# right: mean and biased variance in float32
import torch


def layer_norm(x, weight, bias, eps=1e-5):
    wide = x.double() if x.dtype == torch.float64 else x.float()
    mean = wide.mean(dim=-1, keepdim=True)
    variance = wide.var(dim=-1, keepdim=True, unbiased=False)
    normed = (wide - mean) / torch.sqrt(variance + eps)
    return (normed * weight + bias).to(x.dtype)
