# right: both tails, added up exactly
from fractions import Fraction
from math import comb


def mcnemar_p_value(correct_a, correct_b):
    signs = [int(a) - int(b) for a, b in zip(correct_a, correct_b) if a is not b]
    n, observed = len(signs), abs(sum(signs))
    ways = sum(comb(n, i) for i in range(n + 1) if abs(n - 2 * i) >= observed)
    return float(Fraction(ways, 2**n))
