# wrong: zero_mass
# 0 / 0 where p and q agree.
def residual_distribution(p, q):
    surplus = (p - q).clamp(min=0)
    return surplus / surplus.sum(dim=-1, keepdim=True)
