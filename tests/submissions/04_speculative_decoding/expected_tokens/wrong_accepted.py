# wrong: accepted_only
# The accepted tokens, without the one that the target always adds.
def expected_tokens(alpha, gamma):
    return float(sum(alpha**i for i in range(1, gamma + 1)))
