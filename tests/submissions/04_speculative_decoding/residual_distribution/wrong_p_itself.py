# wrong: resample_from_p
# A rejected token is drawn anew as if nothing had been drafted.
def residual_distribution(p, q):
    return p / p.sum(dim=-1, keepdim=True)
