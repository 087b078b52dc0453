# wrong: ratio_missing
# Parameters and tokens are taken to be equal in number.
import math


def compute_optimal(flops):
    n_params = math.sqrt(flops / 6)
    return n_params, n_params
