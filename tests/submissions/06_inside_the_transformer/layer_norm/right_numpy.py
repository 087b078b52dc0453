# right: numpy, where var is the biased one by default
import numpy as np
import torch


def layer_norm(x, weight, bias, eps=1e-5):
    a, w, b = (t.detach().double().numpy() for t in (x, weight, bias))
    a = (a - a.mean(-1, keepdims=True)) / np.sqrt(a.var(-1, keepdims=True) + eps)
    return torch.from_numpy(a * w + b).to(x.dtype)
