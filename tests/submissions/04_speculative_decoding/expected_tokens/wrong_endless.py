# wrong: gamma_ignored
# The limit of a draft without end.
def expected_tokens(alpha, gamma):
    if alpha == 1:
        return gamma + 1.0

    return 1 / (1 - alpha)
