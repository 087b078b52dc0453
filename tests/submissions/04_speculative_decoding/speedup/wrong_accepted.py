# wrong: accepted_only
# Only accepted tokens count.
def speedup(alpha, gamma, cost_ratio):
    tokens = sum(alpha**i for i in range(1, gamma + 1))
    return tokens / (gamma * cost_ratio + 1)
