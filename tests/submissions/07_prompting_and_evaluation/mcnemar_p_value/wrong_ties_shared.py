# wrong: agreements_counted
# Agreements are shared out to both sides.
from math import comb


def mcnemar_p_value(correct_a, correct_b):
    only_a = sum(a and not b for a, b in zip(correct_a, correct_b))
    only_b = sum(b and not a for a, b in zip(correct_a, correct_b))
    n = len(correct_a)
    fewer = min(only_a, only_b) + (n - only_a - only_b) // 2
    return min(1.0, 2 * sum(comb(n, i) for i in range(fewer + 1)) / 2**n)
