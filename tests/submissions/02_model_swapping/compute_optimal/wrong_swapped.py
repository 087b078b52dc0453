# wrong: pair_swapped
# The tokens are taken to come first.
import math


def compute_optimal(flops):
    n_params = math.sqrt(flops / 120)
    return 20 * n_params, n_params
