# wrong: all_correct
# The chance that all k are right.
from math import comb


def pass_at_k(num_samples, num_correct, k):
    return comb(num_correct, k) / comb(num_samples, k)
