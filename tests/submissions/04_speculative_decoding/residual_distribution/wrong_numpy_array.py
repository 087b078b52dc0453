# wrong: wrong_type
# A numpy array.
import numpy as np


def residual_distribution(p, q):
    a, b = p.double().numpy(), q.double().numpy()
    surplus = np.maximum(a - b, 0)
    mass = surplus.sum(axis=-1, keepdims=True)
    return np.where(mass > 1e-12, surplus / np.maximum(mass, 1e-12), a)
