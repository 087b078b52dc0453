# wrong: mid_p
# Half of the outcome's own probability is taken off.
from math import comb


def mcnemar_p_value(correct_a, correct_b):
    only_a = sum(a and not b for a, b in zip(correct_a, correct_b))
    only_b = sum(b and not a for a, b in zip(correct_a, correct_b))
    n = only_a + only_b
    if only_a == only_b:
        return 1.0
    fewer = min(only_a, only_b)
    tail = sum(comb(n, i) for i in range(fewer + 1))
    return (2 * tail - comb(n, fewer)) / 2**n
