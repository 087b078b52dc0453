# wrong: zero_mass
# An epsilon avoids the NaN, and leaves a row of zeros.
def residual_distribution(p, q):
    surplus = (p - q).clamp(min=0)
    return surplus / (surplus.sum(dim=-1, keepdim=True) + 1e-12)
