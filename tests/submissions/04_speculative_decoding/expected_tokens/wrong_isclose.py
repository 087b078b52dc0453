# wrong: limit_too_early
# What is within a millionth of 1 counts as 1.
import math


def expected_tokens(alpha, gamma):
    if math.isclose(alpha, 1, rel_tol=1e-6):
        return gamma + 1.0
    return math.expm1((gamma + 1) * math.log(alpha)) / (alpha - 1) if alpha else 1.0
