# wrong: index_shifted
# One more than the position, though the list begins at 0.
def best_gamma(alpha, cost_ratio, max_gamma=16):
    speeds = [
        sum(alpha**i for i in range(gamma + 1)) / (gamma * cost_ratio + 1)
        for gamma in range(max_gamma + 1)
    ]
    return speeds.index(max(speeds)) + 1
