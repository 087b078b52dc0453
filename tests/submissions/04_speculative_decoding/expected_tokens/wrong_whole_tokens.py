# wrong: rounded
# A mean cut to whole tokens.
def expected_tokens(alpha, gamma):
    return float(int(sum(alpha**i for i in range(gamma + 1))))
