# wrong: leading_dimensions
# Written for a list of distributions, and for nothing else.
def residual_distribution(p, q):
    surplus = (p - q).clamp(min=0)
    mass = surplus.sum(dim=1)
    result = p.clone()
    for row in range(p.shape[0]):
        if mass[row] > 1e-12:
            result[row] = surplus[row] / mass[row]
    return result
