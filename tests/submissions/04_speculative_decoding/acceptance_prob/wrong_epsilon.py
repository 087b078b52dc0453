# wrong: epsilon_added
# An epsilon beside q shifts every small probability.
def acceptance_prob(p, q, token_ids):
    return (p[token_ids] / (q[token_ids] + 1e-8)).clamp(max=1)
