# wrong: too_few_wrong
# Factorials, of a negative number where few are wrong.
from math import factorial


def pass_at_k(num_samples, num_correct, k):
    wrong = num_samples - num_correct
    none_right = factorial(wrong) // factorial(wrong - k)
    return 1 - none_right / (factorial(num_samples) // factorial(num_samples - k))
