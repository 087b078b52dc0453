# right: numpy in double precision, ties away from zero
import numpy as np
import torch


def quantize_absmax(weights, bits, group_size=None):
    w = weights.detach().numpy().astype(np.float64)
    size = w.shape[-1] if group_size is None else group_size
    groups = w.reshape(*w.shape[:-1], w.shape[-1] // size, size)
    qmax = (1 << (bits - 1)) - 1
    scale = np.abs(groups).max(axis=-1, keepdims=True) / qmax
    steps = np.divide(groups, scale, out=np.zeros_like(groups), where=scale > 0)
    q = np.sign(steps) * np.floor(np.abs(steps) + 0.5)
    q = np.clip(q, -qmax, qmax).astype(np.int64)
    return torch.from_numpy(q), torch.from_numpy(scale)


def dequantize(q, scale):
    w = q.numpy() * scale.numpy()
    return torch.from_numpy(w.reshape(*w.shape[:-2], -1).astype(np.float32))
