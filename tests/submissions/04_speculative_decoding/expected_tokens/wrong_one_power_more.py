# wrong: exponent_too_large
# One term too many.
def expected_tokens(alpha, gamma):
    return float(sum(alpha**i for i in range(gamma + 2)))
