# wrong: cost_inverted
# The cost of the target in passes of the draft.
def speedup(alpha, gamma, cost_ratio):
    tokens = sum(alpha**i for i in range(gamma + 1))

    return tokens / (gamma / cost_ratio + 1)
