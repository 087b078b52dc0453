# right: numpy and the binomial distribution
import numpy as np
from scipy.stats import binom


def mcnemar_p_value(correct_a, correct_b):
    difference = np.asarray(correct_a, dtype=int) - np.asarray(correct_b, dtype=int)
    b, c = (difference > 0).sum(), (difference < 0).sum()
    return np.minimum(1.0, 2 * binom(b + c, 0.5).cdf(min(b, c)))
