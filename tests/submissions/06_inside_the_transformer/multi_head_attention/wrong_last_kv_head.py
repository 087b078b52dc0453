# wrong: kv_heads_not_shared
# Query heads beyond the key-value heads all take the last one.
import torch.nn.functional as F


def multi_head_attention(x, weights, num_heads, num_key_value_heads, mask=None):
    B, T, H = x.shape
    shared = [min(j, num_key_value_heads - 1) for j in range(num_heads)]
    q = (x @ weights["q_proj"].T).view(B, T, num_heads, -1).transpose(1, 2)
    k = (x @ weights["k_proj"].T).view(B, T, num_key_value_heads, -1).transpose(1, 2)
    v = (x @ weights["v_proj"].T).view(B, T, num_key_value_heads, -1).transpose(1, 2)
    k, v = k[:, shared], v[:, shared]
    out = F.scaled_dot_product_attention(q, k, v, attn_mask=mask)
    return out.transpose(1, 2).reshape(B, T, -1) @ weights["o_proj"].T
