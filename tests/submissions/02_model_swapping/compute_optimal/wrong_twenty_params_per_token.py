# wrong: pair_swapped
# Twenty parameters are taken for every token.
import math


def compute_optimal(flops):
    n_params = math.sqrt(20 * flops / 6)
    return n_params, n_params / 20
