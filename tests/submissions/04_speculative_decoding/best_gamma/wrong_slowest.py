# wrong: worst_gamma
# The slowest length.
def best_gamma(alpha, cost_ratio, max_gamma=16):
    def time(gamma):
        return sum(alpha**i for i in range(gamma + 1)) / (gamma * cost_ratio + 1)

    return min(range(max_gamma + 1), key=time)
