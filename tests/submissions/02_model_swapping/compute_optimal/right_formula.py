# right: solved for N
import math


def compute_optimal(flops):
    n_params = math.sqrt(flops / 120)
    return n_params, 20 * n_params
