# right: the closed form with expm1 and log1p, so that nothing cancels
import math


def expected_tokens(alpha, gamma):
    if alpha == 1:
        return gamma + 1.0
    if alpha == 0:
        return 1.0
    return math.expm1((gamma + 1) * math.log1p(alpha - 1)) / (alpha - 1)
