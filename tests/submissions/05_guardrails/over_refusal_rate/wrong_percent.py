# wrong: percentages
# Times 100.
import math


def over_refusal_rate(blocked, labels, z=1.96):
    group = [b for b, label in zip(blocked, labels) if label == 0]
    n = len(group)
    p = sum(group) / n
    below = 1 + z**2 / n
    centre = (p + z**2 / (2 * n)) / below
    half = z / below * math.sqrt(p * (1 - p) / n + z**2 / (4 * n**2))
    return 100 * p, 100 * (centre - half), 100 * (centre + half)
