# wrong: q_zero
# The NaN of 0 / 0 is mended with 1.
def acceptance_prob(p, q, token_ids):
    ratio = (p / q).nan_to_num(nan=1.0, posinf=1.0)
    return ratio.clamp(max=1)[token_ids]
