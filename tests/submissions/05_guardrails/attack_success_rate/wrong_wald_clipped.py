# wrong: wald_interval
# The normal interval, clipped.
import math


def attack_success_rate(blocked, labels, z=1.96):
    group = [b for b, label in zip(blocked, labels) if label == 1]
    n = len(group)
    p = sum(not b for b in group) / n
    half = z * math.sqrt(p * (1 - p) / n)
    return p, max(0.0, p - half), min(1.0, p + half)
