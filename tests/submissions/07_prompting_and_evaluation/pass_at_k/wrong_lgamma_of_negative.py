# wrong: too_few_wrong
# Logarithms of factorials of negative numbers where few are wrong.
from math import exp, lgamma


def pass_at_k(num_samples, num_correct, k):
    n, wrong = num_samples, num_samples - num_correct
    log_wrong = lgamma(wrong + 1) - lgamma(wrong - k + 1)
    log_all = lgamma(n + 1) - lgamma(n - k + 1)
    return 1 - exp(log_wrong - log_all)
