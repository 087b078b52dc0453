# wrong: rounded
# Two digits.
def expected_tokens(alpha, gamma):
    return round(sum(alpha**i for i in range(gamma + 1)), 2)
