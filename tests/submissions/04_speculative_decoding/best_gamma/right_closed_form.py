# right: the closed form with expm1, a loop with a strict comparison
import math


def best_gamma(alpha, cost_ratio, max_gamma=16):
    best, best_speed = 0, 1.0
    for gamma in range(1, max_gamma + 1):
        if alpha == 1:
            tokens = gamma + 1
        elif alpha == 0:
            tokens = 1
        else:
            tokens = math.expm1((gamma + 1) * math.log(alpha)) / (alpha - 1)
        speed = tokens / (gamma * cost_ratio + 1)
        if speed > best_speed:
            best, best_speed = gamma, speed
    return best
