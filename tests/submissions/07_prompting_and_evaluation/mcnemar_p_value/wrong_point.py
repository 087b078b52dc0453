# wrong: point_probability
# The probability of this one outcome.
from math import comb


def mcnemar_p_value(correct_a, correct_b):
    only_a = sum(a and not b for a, b in zip(correct_a, correct_b))
    only_b = sum(b and not a for a, b in zip(correct_a, correct_b))
    n = only_a + only_b
    return min(1.0, 2 * comb(n, only_a) / 2**n)
