# wrong: max_gamma_excluded
# A range ends before its end.
def best_gamma(alpha, cost_ratio, max_gamma=16):
    best, best_speed = 0, 1.0
    for gamma in range(1, max_gamma):
        tokens = sum(alpha**i for i in range(gamma + 1))
        speed = tokens / (gamma * cost_ratio + 1)
        if speed > best_speed:
            best, best_speed = gamma, speed
    return best
