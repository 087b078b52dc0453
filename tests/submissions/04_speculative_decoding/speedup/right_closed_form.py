# right: the closed form in double precision, its limit apart


def speedup(alpha, gamma, cost_ratio):
    tokens = gamma + 1 if alpha == 1 else (1 - alpha ** (gamma + 1)) / (1 - alpha)
    return tokens / (gamma * cost_ratio + 1)
