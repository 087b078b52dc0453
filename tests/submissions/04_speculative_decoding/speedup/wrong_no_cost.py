# wrong: cost_ignored
# Tokens per pass of the target, as if the draft were free.
def speedup(alpha, gamma, cost_ratio):
    tokens = sum(alpha**i for i in range(gamma + 1))

    return float(tokens)
