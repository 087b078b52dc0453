# wrong: target_pass_free
# The target's own pass costs nothing.
def speedup(alpha, gamma, cost_ratio):
    tokens = sum(alpha**i for i in range(gamma + 1))

    return tokens / (gamma * cost_ratio)
