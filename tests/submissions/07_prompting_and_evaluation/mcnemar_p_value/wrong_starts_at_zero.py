# wrong: overflows
# The first term underflows, and all others are made from it.


def mcnemar_p_value(correct_a, correct_b):
    only_a = sum(a and not b for a, b in zip(correct_a, correct_b))
    only_b = sum(b and not a for a, b in zip(correct_a, correct_b))
    n = only_a + only_b
    term = tail = 0.5**n
    for i in range(min(only_a, only_b)):
        term *= (n - i) / (i + 1)
        tail += term
    return min(1.0, 2 * tail)
