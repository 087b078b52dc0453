# wrong: pairs_ignored
# Two shares are compared as if they were of two different sets of cases.
from math import erfc, sqrt


def mcnemar_p_value(correct_a, correct_b):
    n, a, b = len(correct_a), sum(correct_a), sum(correct_b)
    share = (a + b) / (2 * n)
    error = sqrt(2 * share * (1 - share) / n)
    return erfc(abs(a - b) / n / error / sqrt(2)) if error else 1.0
