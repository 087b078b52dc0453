# wrong: percentages
# How many percent faster.
def speedup(alpha, gamma, cost_ratio):
    tokens = sum(alpha**i for i in range(gamma + 1))

    return 100 * (tokens / (gamma * cost_ratio + 1) - 1)
