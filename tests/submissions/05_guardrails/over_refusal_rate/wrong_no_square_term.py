# wrong: z_squared_missing
# z²/4n² is missing under the root.
import math


def over_refusal_rate(blocked, labels, z=1.96):
    group = [b for b, label in zip(blocked, labels) if label == 0]
    n = len(group)
    p = sum(group) / n
    below = 1 + z**2 / n
    centre = (p + z**2 / (2 * n)) / below
    half = z / below * math.sqrt(p * (1 - p) / n)
    return p, centre - half, centre + half
