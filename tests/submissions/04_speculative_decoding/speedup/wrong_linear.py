# wrong: linear
# Each drafted token counts alpha.
def speedup(alpha, gamma, cost_ratio):
    return (1 + alpha * gamma) / (gamma * cost_ratio + 1)
