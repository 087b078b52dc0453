# wrong: target_pays_per_token
# Verifying is taken to cost a pass for each token.
def speedup(alpha, gamma, cost_ratio):
    tokens = sum(alpha**i for i in range(gamma + 1))

    return tokens / (gamma * cost_ratio + gamma + 1)
