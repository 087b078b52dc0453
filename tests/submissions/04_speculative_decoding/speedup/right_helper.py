# right: two helpers, Horner inside


def tokens_per_round(alpha, gamma):
    return 1.0 if gamma == 0 else 1.0 + alpha * tokens_per_round(alpha, gamma - 1)


def seconds_per_round(gamma, cost_ratio):
    return 1.0 + sum(cost_ratio for _ in range(gamma))


def speedup(alpha, gamma, cost_ratio):
    return tokens_per_round(alpha, gamma) / seconds_per_round(gamma, cost_ratio)
