# wrong: alpha_one
# At alpha = 1 every speed is NaN, and argmax takes the first of them.
import numpy as np


def best_gamma(alpha, cost_ratio, max_gamma=16):
    gammas = np.arange(max_gamma + 1)
    with np.errstate(invalid="ignore"):
        tokens = (1 - np.float64(alpha) ** (gammas + 1)) / (1 - np.float64(alpha))
    return int(np.argmax(tokens / (gammas * cost_ratio + 1)))
