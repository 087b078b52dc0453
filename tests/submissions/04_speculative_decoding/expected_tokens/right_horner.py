# right: Horner's scheme


def expected_tokens(alpha, gamma):
    total = 1.0
    for _ in range(gamma):
        total = 1.0 + alpha * total
    return total
