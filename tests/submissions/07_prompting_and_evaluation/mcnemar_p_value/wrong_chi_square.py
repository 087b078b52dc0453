# wrong: chi_square
# The chi-square approximation.
from scipy.stats import chi2


def mcnemar_p_value(correct_a, correct_b):
    only_a = sum(a and not b for a, b in zip(correct_a, correct_b))
    only_b = sum(b and not a for a, b in zip(correct_a, correct_b))
    n = only_a + only_b
    return float(chi2.sf((only_a - only_b) ** 2 / n, 1)) if n else 1.0
