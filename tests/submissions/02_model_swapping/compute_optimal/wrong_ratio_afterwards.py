# wrong: ratio_missing
# The budget is spent on N = D, and D is made twenty times as large afterwards.
import math


def compute_optimal(flops):
    n_params = math.sqrt(flops / 6)
    return n_params, 20 * n_params
