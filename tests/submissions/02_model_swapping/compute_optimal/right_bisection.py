# right: bisection on the budget, a list
import math


def compute_optimal(flops):
    low, high = 1.0, flops
    for _ in range(300):
        middle = math.sqrt(low) * math.sqrt(high)
        if 6 * middle * (20 * middle) < flops:
            low = middle
        else:
            high = middle
    return [low, 20 * low]
