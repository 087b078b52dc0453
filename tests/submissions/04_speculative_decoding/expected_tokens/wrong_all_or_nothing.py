# wrong: all_or_nothing
# The whole draft or nothing of it.
def expected_tokens(alpha, gamma):
    return 1 + gamma * alpha**gamma
