# wrong: mask_after_softmax
# Weights of hidden keys are zeroed, and the others are left too small.


def attention(q, k, v, mask=None):
    weights = (q @ k.mT / q.shape[-1] ** 0.5).softmax(dim=-1)
    if mask is not None:
        weights = weights.masked_fill(~mask, 0.0)
    return weights @ v
