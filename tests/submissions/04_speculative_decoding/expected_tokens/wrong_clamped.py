# wrong: alpha_one
# alpha is kept away from 1, and the limit is missed by a millionth.
def expected_tokens(alpha, gamma):
    alpha = min(alpha, 1 - 1e-6)
    return (1 - alpha ** (gamma + 1)) / (1 - alpha)
