# wrong: wrong_type
# A formatted string.
from math import comb


def pass_at_k(num_samples, num_correct, k):
    return f"{1 - comb(num_samples - num_correct, k) / comb(num_samples, k):.6f}"
