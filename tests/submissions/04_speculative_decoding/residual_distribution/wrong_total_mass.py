# wrong: fallback_for_all_rows
# Falls back only when no row has any mass.
def residual_distribution(p, q):
    surplus = (p - q).clamp(min=0)
    if surplus.sum() <= 1e-12:
        return p.clone()
    return surplus / surplus.sum(dim=-1, keepdim=True)
