# right: whole parameters and tokens


def compute_optimal(flops):
    n_params = round((flops / (6 * 20)) ** 0.5)
    n_tokens = round(flops / (6 * n_params))
    return n_params, n_tokens
