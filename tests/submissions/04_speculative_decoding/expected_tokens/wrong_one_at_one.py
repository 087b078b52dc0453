# wrong: alpha_one
# Where the formula fails the bonus alone is counted.
import math


def expected_tokens(alpha, gamma):
    if alpha == 1:
        return 1.0
    return math.fsum(alpha**i for i in range(gamma + 1))
