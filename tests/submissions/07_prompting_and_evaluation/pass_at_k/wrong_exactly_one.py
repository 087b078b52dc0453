# wrong: exactly_one
# The chance that one of k is right, and only one.
from math import comb


def pass_at_k(num_samples, num_correct, k):
    wrong = num_samples - num_correct
    return num_correct * comb(wrong, k - 1) / comb(num_samples, k)
