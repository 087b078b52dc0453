# wrong: target_pass_free
# The target's own pass costs nothing.
def best_gamma(alpha, cost_ratio, max_gamma=16):
    best, best_speed = 0, 1.0
    for gamma in range(1, max_gamma + 1):
        tokens = sum(alpha**i for i in range(gamma + 1))
        speed = tokens / max(gamma * cost_ratio, 1e-9)
        if speed > best_speed:
            best, best_speed = gamma, speed
    return best
