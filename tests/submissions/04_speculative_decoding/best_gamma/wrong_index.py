# wrong: index_shifted
# The position in a list that begins with gamma = 1.
import numpy as np


def best_gamma(alpha, cost_ratio, max_gamma=16):
    speeds = [
        sum(alpha**i for i in range(gamma + 1)) / (gamma * cost_ratio + 1)
        for gamma in range(1, max_gamma + 1)
    ]
    return int(np.argmax(speeds)) if speeds else 0
