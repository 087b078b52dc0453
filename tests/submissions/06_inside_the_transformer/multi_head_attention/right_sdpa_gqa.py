# right: torch's attention with grouped queries
import torch.nn.functional as F


def multi_head_attention(x, weights, num_heads, num_key_value_heads, mask=None):
    def split(name, heads):
        return F.linear(x, weights[name]).unflatten(-1, (heads, -1)).transpose(1, 2)

    q = split("q_proj", num_heads)
    k = split("k_proj", num_key_value_heads)
    v = split("v_proj", num_key_value_heads)
    out = F.scaled_dot_product_attention(q, k, v, attn_mask=mask, enable_gqa=True)
    return F.linear(out.transpose(1, 2).flatten(2), weights["o_proj"])
