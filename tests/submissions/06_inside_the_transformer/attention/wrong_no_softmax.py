# wrong: softmax_missing
# Scores are divided by their sum.


def attention(q, k, v, mask=None):
    scores = q @ k.mT / q.shape[-1] ** 0.5
    if mask is not None:
        scores = scores.masked_fill(~mask, 0.0)
    total = scores.sum(dim=-1, keepdim=True)
    return (scores / total).nan_to_num(0.0) @ v
