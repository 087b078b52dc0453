# wrong: range_off_by_one
# The range of numpy ends before n.
import numpy as np


def pass_at_k(num_samples, num_correct, k):
    n, c = num_samples, num_correct
    if n - c < k:
        return 1.0
    return 1.0 - np.prod(1.0 - k / np.arange(n - c + 1, n))
