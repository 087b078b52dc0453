# right: the sum of powers over the cost of a round


def speedup(alpha, gamma, cost_ratio):
    tokens = sum(alpha**i for i in range(gamma + 1))
    return tokens / (gamma * cost_ratio + 1)
