# wrong: one_draft_pass_too_many
# The draft is taken to run for the bonus too.
def speedup(alpha, gamma, cost_ratio):
    tokens = sum(alpha**i for i in range(gamma + 1))

    return tokens / ((gamma + 1) * cost_ratio + 1)
