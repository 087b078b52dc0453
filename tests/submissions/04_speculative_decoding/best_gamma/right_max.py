# right: max over the lengths, which keeps the first of equals


def best_gamma(alpha, cost_ratio, max_gamma=16):
    def speed(gamma):
        return sum(alpha**i for i in range(gamma + 1)) / (gamma * cost_ratio + 1)

    return max(range(max_gamma + 1), key=speed)
