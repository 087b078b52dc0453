# wrong: wald_interval
# The normal interval, clipped.
import math


def over_refusal_rate(blocked, labels, z=1.96):
    group = [b for b, label in zip(blocked, labels) if label == 0]
    n = len(group)
    p = sum(group) / n
    half = z * math.sqrt(p * (1 - p) / n)
    return p, max(0.0, p - half), min(1.0, p + half)
