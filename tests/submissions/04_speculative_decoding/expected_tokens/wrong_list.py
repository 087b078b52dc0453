# wrong: wrong_type
# The terms, not their sum.
def expected_tokens(alpha, gamma):
    return [alpha**i for i in range(gamma + 1)]
