# wrong: with_replacement_terms
# Draws in order over n to the power of k.
from math import perm


def pass_at_k(num_samples, num_correct, k):
    return 1 - perm(num_samples - num_correct, k) / num_samples**k
