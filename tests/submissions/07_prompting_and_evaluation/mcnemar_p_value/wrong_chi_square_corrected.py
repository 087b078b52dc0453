# wrong: chi_square
# The chi-square approximation, with continuity correction.
from math import erfc, sqrt


def mcnemar_p_value(correct_a, correct_b):
    only_a = sum(a and not b for a, b in zip(correct_a, correct_b))
    only_b = sum(b and not a for a, b in zip(correct_a, correct_b))
    n = only_a + only_b
    if only_a == only_b:
        return 1.0
    return erfc(sqrt((abs(only_a - only_b) - 1) ** 2 / n / 2))
