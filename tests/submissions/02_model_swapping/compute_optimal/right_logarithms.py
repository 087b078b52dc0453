# right: logarithms and numpy scalars
import numpy as np


def compute_optimal(flops):
    log_n = 0.5 * (np.log10(flops) - np.log10(6.0) - np.log10(20.0))
    return np.float64(10.0**log_n), np.float64(20.0 * 10.0**log_n)
