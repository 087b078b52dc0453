# wrong: all_correct
# The rate of success to the power of k.


def pass_at_k(num_samples, num_correct, k):
    return (num_correct / num_samples) ** k
