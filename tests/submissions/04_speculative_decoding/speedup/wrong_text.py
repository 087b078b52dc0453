# wrong: wrong_type
# A text for people.
def speedup(alpha, gamma, cost_ratio):
    tokens = sum(alpha**i for i in range(gamma + 1))

    return f"{tokens / (gamma * cost_ratio + 1):.2f}x"
