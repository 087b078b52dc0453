# wrong: limit_too_early
# Everything above 0.999 counts as 1.
def expected_tokens(alpha, gamma):
    if alpha > 0.999:
        return gamma + 1.0
    return (1 - alpha ** (gamma + 1)) / (1 - alpha)
