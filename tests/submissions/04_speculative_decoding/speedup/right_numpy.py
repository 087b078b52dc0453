# right: a polynomial in numpy, returned as a numpy float
import numpy as np


def speedup(alpha, gamma, cost_ratio):
    tokens = np.polyval(np.ones(gamma + 1), np.float64(alpha))
    return np.divide(tokens, 1 + gamma * cost_ratio)
