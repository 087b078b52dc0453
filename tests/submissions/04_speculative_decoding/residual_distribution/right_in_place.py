# right: boolean masks and in-place steps on a copy


def residual_distribution(p, q):
    left = p.double().clone()
    left -= q.double()
    left[left < 0] = 0
    empty = left.sum(-1) <= 1e-12
    left[empty] = p.double()[empty]
    left /= left.sum(-1, keepdim=True)
    return left.to(p.dtype)
