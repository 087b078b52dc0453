# right: exact fractions
from fractions import Fraction
from math import prod


def pass_at_k(num_samples, num_correct, k):
    wrong = num_samples - num_correct
    tops = prod(range(wrong - k + 1, wrong + 1)) if wrong >= k else 0
    return float(1 - Fraction(tops, prod(range(num_samples - k + 1, num_samples + 1))))
