# wrong: largest_on_ties
# The last of the sorted pairs is the longest of equals.
def best_gamma(alpha, cost_ratio, max_gamma=16):
    rounds, tokens = [], 0.0
    for gamma in range(max_gamma + 1):
        tokens += alpha**gamma
        rounds.append((tokens / (1 + gamma * cost_ratio), gamma))
    return max(rounds)[1]
