# right: whole numbers, divided once
from math import comb


def pass_at_k(num_samples, num_correct, k):
    return 1 - comb(num_samples - num_correct, k) / comb(num_samples, k)
