# wrong: one_draft_pass
# A round is taken to cost one pass of the draft.
def speedup(alpha, gamma, cost_ratio):
    tokens = sum(alpha**i for i in range(gamma + 1))

    return tokens / (cost_ratio + 1)
