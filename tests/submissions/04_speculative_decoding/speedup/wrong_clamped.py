# wrong: alpha_one
# alpha is kept away from 1, and the limit is missed by a millionth.
def speedup(alpha, gamma, cost_ratio):
    alpha = min(alpha, 1 - 1e-6)
    tokens = (1 - alpha ** (gamma + 1)) / (1 - alpha)
    return tokens / (gamma * cost_ratio + 1)
