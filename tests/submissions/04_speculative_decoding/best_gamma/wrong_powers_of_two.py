# wrong: wrong_value
# Only 0 and powers of two are tried.
def best_gamma(alpha, cost_ratio, max_gamma=16):
    best, best_speed = 0, 1.0
    for gamma in (g for g in (1, 2, 4, 8, 16) if g <= max_gamma):
        tokens = sum(alpha**i for i in range(gamma + 1))
        speed = tokens / (gamma * cost_ratio + 1)
        if speed > best_speed:
            best, best_speed = gamma, speed
    return best
