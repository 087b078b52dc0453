# wrong: p_returned
# Right for a draft that is certain of its token, and for no other.
def acceptance_prob(p, q, token_ids):
    return p[token_ids].clone()
