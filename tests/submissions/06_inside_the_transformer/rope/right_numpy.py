# right: numpy, the two halves apart
import numpy as np
import torch


def rope(x, position_ids, theta=10000.0):
    a, b = np.split(x.detach().double().numpy(), 2, axis=-1)
    n = a.shape[-1]
    angle = position_ids.numpy()[:, None, :, None] * theta ** (-np.arange(n) / n)
    cos, sin = np.cos(angle), np.sin(angle)
    return torch.from_numpy(np.concatenate([a * cos - b * sin, a * sin + b * cos], -1))
