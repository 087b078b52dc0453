# wrong: wrong_type
# The tokens are left for the caller to work out.
import math


def compute_optimal(flops):
    return math.sqrt(flops / 120)
