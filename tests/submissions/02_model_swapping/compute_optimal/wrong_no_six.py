# wrong: factor_six_missing
# One operation is taken per parameter and token.
import math


def compute_optimal(flops):
    n_params = math.sqrt(flops / 20)
    return n_params, 20 * n_params
