# right: numpy
import numpy as np
import torch


def rms_norm(x, weight, eps=1e-5):
    a = x.detach().to(torch.float64).numpy()
    rms = np.sqrt(np.mean(np.square(a), axis=-1, keepdims=True) + eps)
    return (torch.from_numpy(a / rms) * weight).to(x.dtype)
