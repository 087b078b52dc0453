# right: the mean over every number of accepted tokens


def expected_tokens(alpha, gamma):
    mean, reached = 0.0, 1.0
    for n in range(gamma):
        mean += (n + 1) * reached * (1 - alpha)
        reached *= alpha
    return mean + (gamma + 1) * reached
