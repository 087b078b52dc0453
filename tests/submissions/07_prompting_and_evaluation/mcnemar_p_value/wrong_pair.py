# wrong: wrong_type
# The two counts.


def mcnemar_p_value(correct_a, correct_b):
    only_a = sum(a and not b for a, b in zip(correct_a, correct_b))
    only_b = sum(b and not a for a, b in zip(correct_a, correct_b))
    return only_a, only_b
