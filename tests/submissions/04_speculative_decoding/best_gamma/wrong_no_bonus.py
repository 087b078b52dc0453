# wrong: bonus_missing
# The exponent is gamma.
def best_gamma(alpha, cost_ratio, max_gamma=16):
    def speed(gamma):
        return sum(alpha**i for i in range(gamma)) / (gamma * cost_ratio + 1)

    return max(range(max_gamma + 1), key=speed)
