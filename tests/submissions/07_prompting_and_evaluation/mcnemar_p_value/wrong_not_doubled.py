# wrong: one_sided
# One tail.
from math import comb


def mcnemar_p_value(correct_a, correct_b):
    only_a = sum(a and not b for a, b in zip(correct_a, correct_b))
    only_b = sum(b and not a for a, b in zip(correct_a, correct_b))
    n = only_a + only_b
    if n == 0:
        return 1.0
    return sum(comb(n, i) for i in range(min(only_a, only_b) + 1)) / 2**n
