# right: numpy in double precision
import numpy as np
import torch


def residual_distribution(p, q):
    a, b = p.detach().double().numpy(), q.detach().double().numpy()
    surplus = np.maximum(a - b, 0)
    mass = surplus.sum(axis=-1, keepdims=True)
    enough = mass > 1e-12
    return torch.from_numpy(np.where(enough, surplus / np.where(enough, mass, 1), a))
