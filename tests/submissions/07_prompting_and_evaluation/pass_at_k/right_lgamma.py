# right: logarithms of factorials
from math import exp, lgamma


def pass_at_k(num_samples, num_correct, k):
    def log_comb(n, r):
        return lgamma(n + 1) - lgamma(r + 1) - lgamma(n - r + 1)

    wrong = num_samples - num_correct
    if k > wrong:
        return 1.0
    return 1.0 - exp(log_comb(wrong, k) - log_comb(num_samples, k))
