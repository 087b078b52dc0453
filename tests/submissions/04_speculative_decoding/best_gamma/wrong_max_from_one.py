# wrong: starts_at_one
# The lengths begin at 1.
def best_gamma(alpha, cost_ratio, max_gamma=16):
    def speed(gamma):
        return sum(alpha**i for i in range(gamma + 1)) / (gamma * cost_ratio + 1)

    return max(range(1, max_gamma + 1), key=speed, default=0)
