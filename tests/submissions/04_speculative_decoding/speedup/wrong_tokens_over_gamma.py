# wrong: cost_ignored
# The share of a round's tokens that is used.
def speedup(alpha, gamma, cost_ratio):
    tokens = sum(alpha**i for i in range(gamma + 1))

    return tokens / (gamma + 1)
