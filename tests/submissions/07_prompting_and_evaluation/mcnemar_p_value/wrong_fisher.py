# wrong: pairs_ignored
# Fisher's exact test of right and wrong by prompt.
from scipy.stats import fisher_exact


def mcnemar_p_value(correct_a, correct_b):
    n, a, b = len(correct_a), sum(correct_a), sum(correct_b)
    return float(fisher_exact([[a, n - a], [b, n - b]])[1])
