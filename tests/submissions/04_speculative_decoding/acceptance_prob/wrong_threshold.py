# wrong: accept_if_p_at_least_q
# A token is kept for certain or not at all.
def acceptance_prob(p, q, token_ids):
    p, q = p[token_ids], q[token_ids]

    return ((p >= q) & (p > 0)).to(p.dtype)
