# wrong: pass_at_one
# The rate of success, whatever k.


def pass_at_k(num_samples, num_correct, k):
    return num_correct / num_samples
