# wrong: solved_or_not
# Solved where there are as many right samples as are drawn.


def pass_at_k(num_samples, num_correct, k):
    return float(num_correct >= k)
