# right: the closed form in double precision, its limit apart


def expected_tokens(alpha, gamma):
    if alpha == 1:
        return gamma + 1.0
    return (1 - alpha ** (gamma + 1)) / (1 - alpha)
