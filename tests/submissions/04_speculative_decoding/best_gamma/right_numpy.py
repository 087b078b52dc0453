# right: cumulative sums and argmax in numpy, an int of numpy
import numpy as np


def best_gamma(alpha, cost_ratio, max_gamma=16):
    gammas = np.arange(max_gamma + 1)
    tokens = np.cumsum(np.float64(alpha) ** gammas)
    return np.argmax(tokens / (gammas * cost_ratio + 1))
