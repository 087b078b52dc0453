# wrong: too_few_wrong
# 1 already where exactly k are wrong.
from math import comb


def pass_at_k(num_samples, num_correct, k):
    wrong = num_samples - num_correct
    if wrong <= k:
        return 1.0
    return 1 - comb(wrong, k) / comb(num_samples, k)
