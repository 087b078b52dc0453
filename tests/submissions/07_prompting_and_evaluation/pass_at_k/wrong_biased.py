# wrong: biased_estimate
# The rate of success is plugged in, as if samples were put back.


def pass_at_k(num_samples, num_correct, k):
    return 1 - (1 - num_correct / num_samples) ** k
