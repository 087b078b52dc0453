# wrong: alpha_one
# At alpha = 1 the bonus is forgotten.
def expected_tokens(alpha, gamma):
    if alpha == 1:
        return float(gamma)
    return sum(alpha**i for i in range(gamma + 1))
