# wrong: tail_exclusive
# sf leaves its own argument out.
from scipy.stats import binom


def mcnemar_p_value(correct_a, correct_b):
    only_a = sum(a and not b for a, b in zip(correct_a, correct_b))
    only_b = sum(b and not a for a, b in zip(correct_a, correct_b))
    if only_a == only_b:
        return 1.0
    return min(1.0, float(2 * binom.sf(max(only_a, only_b), only_a + only_b, 0.5)))
