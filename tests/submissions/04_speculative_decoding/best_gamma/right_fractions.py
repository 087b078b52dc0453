# right: exact fractions, so that ties are ties
from fractions import Fraction


def best_gamma(alpha, cost_ratio, max_gamma=16):
    a, c = Fraction(alpha), Fraction(cost_ratio)
    best, tokens, speed = 0, Fraction(1), Fraction(1)
    for gamma in range(1, max_gamma + 1):
        tokens += a**gamma
        if tokens / (gamma * c + 1) > speed:
            best, speed = gamma, tokens / (gamma * c + 1)
    return best
