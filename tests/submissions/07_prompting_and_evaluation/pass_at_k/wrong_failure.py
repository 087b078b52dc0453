# wrong: chance_of_failure
# The chance that none is right.
from math import comb


def pass_at_k(num_samples, num_correct, k):
    return comb(num_samples - num_correct, k) / comb(num_samples, k)
