# wrong: overflows
# exp is taken never to be too large.


def attention(q, k, v, mask=None):
    weights = (q @ k.mT / q.shape[-1] ** 0.5).exp()
    if mask is not None:
        weights = weights * mask
    total = weights.sum(dim=-1, keepdim=True)
    return (weights / total.clamp(min=1e-30)) @ v
