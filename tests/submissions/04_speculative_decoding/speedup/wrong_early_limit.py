# wrong: limit_too_early
# Everything above 0.999 counts as 1.
def speedup(alpha, gamma, cost_ratio):
    if alpha > 0.999:
        tokens = gamma + 1
    else:
        tokens = (1 - alpha ** (gamma + 1)) / (1 - alpha)
    return tokens / (gamma * cost_ratio + 1)
