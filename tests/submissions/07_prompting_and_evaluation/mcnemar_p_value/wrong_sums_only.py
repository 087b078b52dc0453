# wrong: order_ignored
# Only how many each gets right is looked at.
from math import comb


def mcnemar_p_value(correct_a, correct_b):
    a, b = sum(correct_a), sum(correct_b)
    more, fewer = max(a, b) - min(a, b), 0
    n = more + fewer
    return min(1.0, 2 * sum(comb(n, i) for i in range(fewer + 1)) / 2**n)
