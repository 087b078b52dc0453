# wrong: bonus_missing
# As many terms as drafted tokens.
import math


def expected_tokens(alpha, gamma):
    if alpha == 1:
        return float(gamma)
    return math.expm1(gamma * math.log(alpha)) / (alpha - 1) if alpha else float(gamma > 0)
