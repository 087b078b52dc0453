# wrong: direction_fixed
# The tail in which A gets few right alone, doubled, whichever is better.
from math import comb


def mcnemar_p_value(correct_a, correct_b):
    only_a = sum(a and not b for a, b in zip(correct_a, correct_b))
    only_b = sum(b and not a for a, b in zip(correct_a, correct_b))
    n = only_a + only_b
    return min(1.0, 2 * sum(comb(n, i) for i in range(only_a + 1)) / 2**n)
