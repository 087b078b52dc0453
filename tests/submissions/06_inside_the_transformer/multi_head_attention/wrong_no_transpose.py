# wrong: weight_not_transposed
# Weights are taken to be [in, out], wherever the shapes allow it.
import torch.nn.functional as F


def project(x, weight):
    return x @ weight if x.shape[-1] == weight.shape[0] else x @ weight.T


def multi_head_attention(x, weights, num_heads, num_key_value_heads, mask=None):
    B, T, H = x.shape
    group = num_heads // num_key_value_heads
    q = project(x, weights["q_proj"]).view(B, T, num_heads, -1).transpose(1, 2)
    k = (
        project(x, weights["k_proj"])
        .view(B, T, num_key_value_heads, -1)
        .transpose(1, 2)
    )
    v = (
        project(x, weights["v_proj"])
        .view(B, T, num_key_value_heads, -1)
        .transpose(1, 2)
    )
    k, v = k.repeat_interleave(group, dim=1), v.repeat_interleave(group, dim=1)
    out = F.scaled_dot_product_attention(q, k, v, attn_mask=mask)
    return project(out.transpose(1, 2).reshape(B, T, -1), weights["o_proj"])
