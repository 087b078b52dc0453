# wrong: overflows
# Binomial coefficients as floats: inf / inf.
from scipy.special import comb


def pass_at_k(num_samples, num_correct, k):
    if num_samples - num_correct < k:
        return 1.0
    return 1 - comb(num_samples - num_correct, k) / comb(num_samples, k)
