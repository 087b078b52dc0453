# wrong: percentage
# Times 100.
from math import comb


def pass_at_k(num_samples, num_correct, k):
    return 100 * (1 - comb(num_samples - num_correct, k) / comb(num_samples, k))
