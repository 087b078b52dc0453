# right: scipy's binomial test on the disagreements
from scipy.stats import binomtest


def mcnemar_p_value(correct_a, correct_b):
    pairs = [(a, b) for a, b in zip(correct_a, correct_b) if a != b]
    if not pairs:
        return 1.0
    return binomtest(sum(a for a, _ in pairs), len(pairs), 0.5, alternative="two-sided").pvalue
