# wrong: alpha_one
# The closed form divides by 0 at alpha = 1.
def speedup(alpha, gamma, cost_ratio):
    tokens = (1 - alpha ** (gamma + 1)) / (1 - alpha)
    return tokens / (gamma * cost_ratio + 1)
