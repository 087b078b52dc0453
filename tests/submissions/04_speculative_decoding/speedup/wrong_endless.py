# wrong: gamma_ignored
# The tokens of a draft without end over the cost of gamma.
def speedup(alpha, gamma, cost_ratio):
    tokens = 1 / (1 - alpha) if alpha < 1 else gamma + 1
    return tokens / (gamma * cost_ratio + 1)
