# wrong: ratio_missing
# Twenty tokens per parameter are taken of a model of a fixed size.


def compute_optimal(flops):
    n_params = 1e9
    return n_params, flops / (6 * n_params)
