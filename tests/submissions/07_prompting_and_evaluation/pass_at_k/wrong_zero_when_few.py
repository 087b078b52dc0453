# wrong: too_few_wrong
# 0 where fewer than k are wrong.
from math import comb


def pass_at_k(num_samples, num_correct, k):
    wrong = num_samples - num_correct
    return 1 - comb(wrong, k) / comb(num_samples, k) if wrong >= k else 0.0
