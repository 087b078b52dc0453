# wrong: solved_or_not
# Solved where any sample is right.


def pass_at_k(num_samples, num_correct, k):
    return 1.0 if num_correct > 0 else 0.0
