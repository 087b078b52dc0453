# wrong: max_gamma_ignored
# Climbs as long as it gets faster, beyond the given limit.
def best_gamma(alpha, cost_ratio, max_gamma=16):
    def speed(gamma):
        return sum(alpha**i for i in range(gamma + 1)) / (gamma * cost_ratio + 1)

    gamma = 0
    while gamma < 100 and speed(gamma + 1) > speed(gamma):
        gamma += 1
    return gamma
