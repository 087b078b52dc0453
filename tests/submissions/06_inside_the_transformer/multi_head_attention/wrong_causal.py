# wrong: causal_always
# A decoder is taken to be meant.
import torch
import torch.nn.functional as F


def multi_head_attention(x, weights, num_heads, num_key_value_heads, mask=None):
    B, T, H = x.shape
    group = num_heads // num_key_value_heads
    q = (x @ weights["q_proj"].T).view(B, T, num_heads, -1).transpose(1, 2)
    k = (x @ weights["k_proj"].T).view(B, T, num_key_value_heads, -1).transpose(1, 2)
    v = (x @ weights["v_proj"].T).view(B, T, num_key_value_heads, -1).transpose(1, 2)
    k, v = k.repeat_interleave(group, dim=1), v.repeat_interleave(group, dim=1)
    causal = torch.ones(T, T, dtype=torch.bool).tril()
    mask = causal if mask is None else mask & causal
    out = F.scaled_dot_product_attention(q, k, v, attn_mask=mask)
    return out.transpose(1, 2).reshape(B, T, -1) @ weights["o_proj"].T
