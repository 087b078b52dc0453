# wrong: input_changed
# Agreements are taken out of the caller's lists.
from math import comb


def mcnemar_p_value(correct_a, correct_b):
    for i in reversed(range(len(correct_a))):
        if correct_a[i] == correct_b[i]:
            del correct_a[i], correct_b[i]
    n, only_a = len(correct_a), sum(correct_a)
    tail = sum(comb(n, i) for i in range(min(only_a, n - only_a) + 1))
    return min(1.0, 2 * tail / 2**n)
