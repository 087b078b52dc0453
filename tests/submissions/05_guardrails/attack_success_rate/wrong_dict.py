# wrong: wrong_type
# A dict.
import math


def attack_success_rate(blocked, labels, z=1.96):
    group = [b for b, label in zip(blocked, labels) if label == 1]
    n = len(group)
    p = sum(not b for b in group) / n
    below = 1 + z**2 / n
    centre = (p + z**2 / (2 * n)) / below
    half = z / below * math.sqrt(p * (1 - p) / n + z**2 / (4 * n**2))
    return {"rate": p, "low": centre - half, "high": centre + half}
