# right: the length of the centred vector
import torch


def layer_norm(x, weight, bias, eps=1e-5):
    H = x.shape[-1]
    y = x.float() if x.dtype.itemsize < 4 else x
    y = y - y.sum(dim=-1, keepdim=True) / H
    length = torch.linalg.vector_norm(y, dim=-1, keepdim=True)
    return (y / (length**2 / H + eps) ** 0.5 * weight + bias).to(x.dtype)
