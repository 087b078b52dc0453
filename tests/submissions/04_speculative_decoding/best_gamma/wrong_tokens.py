# wrong: cost_ignored
# The most tokens per round, whatever a round costs.
def best_gamma(alpha, cost_ratio, max_gamma=16):
    best, best_speed = 0, 1.0
    for gamma in range(1, max_gamma + 1):
        tokens = sum(alpha**i for i in range(gamma + 1))
        speed = tokens
        if speed > best_speed:
            best, best_speed = gamma, speed
    return best
