# wrong: not_below_one
# A slow-down is hidden.
def speedup(alpha, gamma, cost_ratio):
    tokens = sum(alpha**i for i in range(gamma + 1))

    return max(1.0, tokens / (gamma * cost_ratio + 1))
