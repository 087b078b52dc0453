# wrong: wrong_dtype
# Whether, not how likely.
def acceptance_prob(p, q, token_ids):
    return (p >= q)[token_ids]
