# wrong: wrong_unit
# Both are told in billions.
import math


def compute_optimal(flops):
    n_params = math.sqrt(flops / 120)
    return n_params / 1e9, 20 * n_params / 1e9
