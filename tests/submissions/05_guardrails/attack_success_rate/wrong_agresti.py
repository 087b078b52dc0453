# wrong: agresti_coull
# The normal interval around the shifted centre.
import math


def attack_success_rate(blocked, labels, z=1.96):
    group = [b for b, label in zip(blocked, labels) if label == 1]
    n = len(group)
    p = sum(not b for b in group) / n
    below = 1 + z**2 / n
    centre = (p + z**2 / (2 * n)) / below
    half = z * math.sqrt(centre * (1 - centre) / (n + z**2))
    return p, centre - half, centre + half
