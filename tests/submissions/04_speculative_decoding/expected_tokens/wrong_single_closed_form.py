# wrong: low_precision
# In single precision almost nothing is left above and below the line.
import numpy as np


def expected_tokens(alpha, gamma):
    a = np.float32(alpha)
    return float(gamma + 1 if a == 1 else (1 - a ** (gamma + 1)) / (1 - a))
