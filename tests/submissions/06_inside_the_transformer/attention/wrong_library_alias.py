# wrong: calls_the_library
# torch's own attention under another name.
from torch.nn.functional import scaled_dot_product_attention as sdpa


def attention(q, k, v, mask=None):
    return sdpa(q, k, v, mask)
