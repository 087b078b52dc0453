# wrong: with_replacement_terms
# The number of wrong samples falls, that of all samples does not.


def pass_at_k(num_samples, num_correct, k):
    wrong = num_samples - num_correct
    failure = 1.0
    for i in range(k):
        failure *= max(wrong - i, 0) / num_samples
    return 1.0 - failure
