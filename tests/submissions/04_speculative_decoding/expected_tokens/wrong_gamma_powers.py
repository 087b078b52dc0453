# wrong: bonus_missing
# The exponent is gamma: the token that the target adds is forgotten.
def expected_tokens(alpha, gamma):
    return float(sum(alpha**i for i in range(gamma)))
