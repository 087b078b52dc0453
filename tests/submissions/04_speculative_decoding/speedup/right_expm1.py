# right: the closed form with expm1 and log1p
import math


def speedup(alpha, gamma, cost_ratio):
    if alpha in (0, 1):
        tokens = 1 + alpha * gamma
    else:
        tokens = -math.expm1((gamma + 1) * math.log1p(alpha - 1)) / (1 - alpha)
    return float(tokens / (1 + cost_ratio * gamma))
