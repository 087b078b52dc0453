# right: key-value heads expanded without a copy, mask given as numbers
import torch
import torch.nn.functional as F


def multi_head_attention(x, weights, num_heads, num_key_value_heads, mask=None):
    B, T, H = x.shape
    d = weights["k_proj"].size(0) // num_key_value_heads
    per = num_heads // num_key_value_heads
    q = F.linear(x, weights["q_proj"]).reshape(B, T, num_heads, d).permute(0, 2, 1, 3)
    kv = []
    for name in ["k_proj", "v_proj"]:
        heads = F.linear(x, weights[name]).reshape(B, T, num_key_value_heads, 1, d)
        heads = heads.expand(B, T, num_key_value_heads, per, d)
        kv.append(heads.reshape(B, T, num_heads, d).permute(0, 2, 1, 3))
    bias = None
    if mask is not None:
        bias = torch.zeros(mask.shape).masked_fill(~mask, -torch.inf)
    out = F.scaled_dot_product_attention(q, *kv, attn_mask=bias)
    return F.linear(
        out.permute(0, 2, 1, 3).reshape(B, T, num_heads * d), weights["o_proj"]
    )
