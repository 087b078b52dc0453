# wrong: bonus_missing
# The exponent is gamma.
def speedup(alpha, gamma, cost_ratio):
    tokens = sum(alpha**i for i in range(gamma))
    return tokens / (gamma * cost_ratio + 1)
