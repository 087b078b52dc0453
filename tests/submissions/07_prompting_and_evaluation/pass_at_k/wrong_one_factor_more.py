# wrong: range_off_by_one
# One factor too many.


def pass_at_k(num_samples, num_correct, k):
    wrong = num_samples - num_correct
    if wrong < k:
        return 1.0
    failure = 1.0
    for i in range(k + 1):
        failure *= (wrong - i) / max(num_samples - i, 1)
    return 1.0 - failure
