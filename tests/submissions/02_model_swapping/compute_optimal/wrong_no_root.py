# wrong: square_root_missing
# Parameters are taken to grow with the budget itself.


def compute_optimal(flops):
    n_params = flops / 120
    return n_params, 20 * n_params
