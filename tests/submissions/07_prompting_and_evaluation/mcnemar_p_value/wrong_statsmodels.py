# wrong: calls_the_library
# statsmodels' test.


def mcnemar_p_value(correct_a, correct_b):
    from statsmodels.stats.contingency_tables import mcnemar

    both = sum(a and b for a, b in zip(correct_a, correct_b))
    only_a = sum(correct_a) - both
    only_b = sum(correct_b) - both
    neither = len(correct_a) - both - only_a - only_b
    return mcnemar([[both, only_a], [only_b, neither]], exact=True).pvalue
