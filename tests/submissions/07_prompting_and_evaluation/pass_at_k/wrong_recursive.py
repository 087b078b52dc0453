# wrong: overflows
# Recursion that is as deep as k.


def pass_at_k(num_samples, num_correct, k):
    def failure(wrong, total, draws):
        if draws == 0:
            return 1.0
        return max(wrong, 0) / total * failure(wrong - 1, total - 1, draws - 1)

    return 1 - failure(num_samples - num_correct, num_samples, k)
