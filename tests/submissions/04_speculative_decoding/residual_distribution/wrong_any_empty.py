# wrong: fallback_for_all_rows
# One row without mass makes all rows fall back.
def residual_distribution(p, q):
    surplus = (p - q).clamp(min=0)
    mass = surplus.sum(dim=-1, keepdim=True)
    if (mass <= 1e-12).any():
        return p.clone()
    return surplus / mass
