# wrong: overflows
# Coefficients that no float can hold.
from math import comb


def mcnemar_p_value(correct_a, correct_b):
    only_a = sum(a and not b for a, b in zip(correct_a, correct_b))
    only_b = sum(b and not a for a, b in zip(correct_a, correct_b))
    n = only_a + only_b
    return min(1.0, sum(2 * comb(n, i) * 0.5**n for i in range(min(only_a, only_b) + 1)))
