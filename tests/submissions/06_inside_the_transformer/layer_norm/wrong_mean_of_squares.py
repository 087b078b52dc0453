# wrong: cancellation
# E[x^2] - E[x]^2, where both are large and nearly equal.
import torch


def layer_norm(x, weight, bias, eps=1e-5):
    wide = x.to(torch.promote_types(x.dtype, torch.float32))
    mean = wide.mean(dim=-1, keepdim=True)
    variance = (wide.square().mean(dim=-1, keepdim=True) - mean**2).clamp(min=0)
    normed = (wide - mean) / torch.sqrt(variance + eps)
    return (normed * weight + bias).to(x.dtype)
