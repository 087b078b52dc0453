# wrong: alpha_one
# The closed form divides by 0 at alpha = 1.
def best_gamma(alpha, cost_ratio, max_gamma=16):
    best, best_speed = 0, 1.0
    for gamma in range(1, max_gamma + 1):
        tokens = (1 - alpha ** (gamma + 1)) / (1 - alpha)
        speed = tokens / (gamma * cost_ratio + 1)
        if speed > best_speed:
            best, best_speed = gamma, speed
    return best
