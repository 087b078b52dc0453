# right: the sum of powers


def expected_tokens(alpha, gamma):
    return float(sum(alpha**i for i in range(gamma + 1)))
