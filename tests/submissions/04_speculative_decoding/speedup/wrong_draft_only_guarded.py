# wrong: target_pass_free
# The target's own pass is counted only where nothing else is.
def speedup(alpha, gamma, cost_ratio):
    tokens = sum(alpha**i for i in range(gamma + 1))

    return tokens / (gamma * cost_ratio or 1)
