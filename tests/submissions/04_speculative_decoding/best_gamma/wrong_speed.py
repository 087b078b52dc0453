# wrong: speedup_not_gamma
# The speed-up, not the length that gives it.
def best_gamma(alpha, cost_ratio, max_gamma=16):
    _best, best_speed = 0, 1.0
    for gamma in range(1, max_gamma + 1):
        tokens = sum(alpha**i for i in range(gamma + 1))
        speed = tokens / (gamma * cost_ratio + 1)
        if speed > best_speed:
            _best, best_speed = gamma, speed
    return best_speed
