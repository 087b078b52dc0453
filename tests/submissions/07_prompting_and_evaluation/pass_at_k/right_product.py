# right: a product of factors below 1


def pass_at_k(num_samples, num_correct, k):
    wrong = num_samples - num_correct
    if wrong < k:
        return 1.0
    failure = 1.0
    for i in range(k):
        failure *= (wrong - i) / (num_samples - i)
    return 1.0 - failure
