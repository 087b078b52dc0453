# right: divided by the largest entry first, so that squares fit
import torch


def rms_norm(x, weight, eps=1e-5):
    y = x.float() if x.dtype != torch.float64 else x
    top = y.abs().amax(dim=-1, keepdim=True).clamp(min=1e-6)
    mean_square = (y / top).square().mean(dim=-1, keepdim=True)
    y = y / (torch.sqrt(mean_square + eps / top**2) * top)
    return y.mul(weight).to(x.dtype)
