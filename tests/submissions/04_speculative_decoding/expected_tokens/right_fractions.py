# right: exact fractions, one float at the end
from fractions import Fraction


def expected_tokens(alpha, gamma):
    a = Fraction(alpha)
    if a == 1:
        return float(gamma + 1)
    return float((1 - a ** (gamma + 1)) / (1 - a))
