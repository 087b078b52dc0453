# wrong: wrong_type
# Names are taken to be better than an order.
import math


def compute_optimal(flops):
    n_params = math.sqrt(flops / 120)
    return {"n_params": n_params, "n_tokens": 20 * n_params}
