# right: numpy's powers, returned as a numpy float
import numpy as np


def expected_tokens(alpha, gamma):
    return np.power(np.float64(alpha), np.arange(gamma + 1)).sum()
