# wrong: slowdown_not_speedup
# The time, not how much faster.
def speedup(alpha, gamma, cost_ratio):
    tokens = sum(alpha**i for i in range(gamma + 1))

    return (gamma * cost_ratio + 1) / tokens
