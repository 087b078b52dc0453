# wrong: wrong_value
# Rejection is taken for certain behind the accepted tokens, also where there are none left.
def expected_tokens(alpha, gamma):
    return sum((n + 1) * alpha**n * (1 - alpha) for n in range(gamma + 1))
