# wrong: difference_returned
# The difference of the accuracies.


def mcnemar_p_value(correct_a, correct_b):
    return (sum(correct_a) - sum(correct_b)) / len(correct_a)
