# wrong: scaled_by_k
# k times the rate of success.


def pass_at_k(num_samples, num_correct, k):
    return min(1.0, k * num_correct / num_samples)
