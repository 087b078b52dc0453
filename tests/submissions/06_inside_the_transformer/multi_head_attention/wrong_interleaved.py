# wrong: heads_interleaved
# The head is taken to be the fastest index.
import torch.nn.functional as F


def multi_head_attention(x, weights, num_heads, num_key_value_heads, mask=None):
    B, T, H = x.shape
    group = num_heads // num_key_value_heads
    q = (x @ weights["q_proj"].T).view(B, T, -1, num_heads).permute(0, 3, 1, 2)
    k = (
        (x @ weights["k_proj"].T)
        .view(B, T, -1, num_key_value_heads)
        .permute(0, 3, 1, 2)
    )
    v = (
        (x @ weights["v_proj"].T)
        .view(B, T, -1, num_key_value_heads)
        .permute(0, 3, 1, 2)
    )
    k, v = k.repeat_interleave(group, dim=1), v.repeat_interleave(group, dim=1)
    out = F.scaled_dot_product_attention(q, k, v, attn_mask=mask)
    return out.transpose(1, 2).reshape(B, T, -1) @ weights["o_proj"].T
