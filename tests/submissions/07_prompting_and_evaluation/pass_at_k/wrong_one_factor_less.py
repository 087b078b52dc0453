# wrong: range_off_by_one
# One factor too few.


def pass_at_k(num_samples, num_correct, k):
    wrong = num_samples - num_correct
    if wrong < k:
        return 1.0
    failure = 1.0
    for i in range(1, k):
        failure *= (wrong - i + 1) / (num_samples - i + 1)
    return 1.0 - failure
