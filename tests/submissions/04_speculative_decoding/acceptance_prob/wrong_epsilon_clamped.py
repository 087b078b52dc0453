# wrong: epsilon_added
# Every q below the epsilon is raised to it.
def acceptance_prob(p, q, token_ids):
    return (p[token_ids] / q[token_ids].clamp(min=1e-6)).clamp(max=1)
