# wrong: alpha_one
# numpy turns the division by 0 into NaN.
import numpy as np


def expected_tokens(alpha, gamma):
    a = np.float64(alpha)
    with np.errstate(invalid="ignore"):
        return float((1 - a ** (gamma + 1)) / (1 - a))
