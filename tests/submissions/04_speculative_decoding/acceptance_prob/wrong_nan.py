# wrong: nan_at_zero
# 0 / 0 is no number, and a clamp does not mend it.
def acceptance_prob(p, q, token_ids):
    return (p[token_ids] / q[token_ids]).clamp(max=1)
