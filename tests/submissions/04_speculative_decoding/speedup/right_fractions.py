# right: exact fractions
from fractions import Fraction


def speedup(alpha, gamma, cost_ratio):
    a, c = Fraction(alpha), Fraction(cost_ratio)
    tokens = gamma + 1 if a == 1 else (1 - a ** (gamma + 1)) / (1 - a)
    return float(tokens / (gamma * c + 1))
