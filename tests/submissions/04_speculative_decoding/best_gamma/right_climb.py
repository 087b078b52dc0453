# right: climbs while one token more makes it faster: the curve has one peak


def best_gamma(alpha, cost_ratio, max_gamma=16):
    gamma, tokens, power = 0, 1.0, 1.0
    while gamma < max_gamma:
        power *= alpha
        # The next length is faster: (tokens + power) / (cost + c) > tokens / cost.
        if power * (gamma * cost_ratio + 1) <= tokens * cost_ratio:
            break
        tokens += power
        gamma += 1
    return gamma
