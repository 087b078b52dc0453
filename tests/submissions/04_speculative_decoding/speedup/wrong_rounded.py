# wrong: rounded
# Two digits.
def speedup(alpha, gamma, cost_ratio):
    tokens = sum(alpha**i for i in range(gamma + 1))

    return round(tokens / (gamma * cost_ratio + 1), 2)
