# wrong: inference_flops
# The forward pass is taken to be the whole of training.
import math


def compute_optimal(flops):
    n_params = math.sqrt(flops / (2 * 20))
    return n_params, 20 * n_params
