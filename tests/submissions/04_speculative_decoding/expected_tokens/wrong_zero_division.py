# wrong: alpha_one
# The closed form divides by 0 at alpha = 1.
def expected_tokens(alpha, gamma):
    return (1 - alpha ** (gamma + 1)) / (1 - alpha)
