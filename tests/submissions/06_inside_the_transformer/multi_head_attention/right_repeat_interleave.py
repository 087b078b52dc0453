# right: key-value heads repeated, scores by hand
import torch


def multi_head_attention(x, weights, num_heads, num_key_value_heads, mask=None):
    B, T, _ = x.shape
    group = num_heads // num_key_value_heads
    q = (x @ weights["q_proj"].T).view(B, T, num_heads, -1).transpose(1, 2)
    k = (x @ weights["k_proj"].T).view(B, T, num_key_value_heads, -1).transpose(1, 2)
    v = (x @ weights["v_proj"].T).view(B, T, num_key_value_heads, -1).transpose(1, 2)
    k, v = k.repeat_interleave(group, dim=1), v.repeat_interleave(group, dim=1)
    scores = q @ k.transpose(-1, -2) / q.shape[-1] ** 0.5
    if mask is not None:
        scores = scores.masked_fill(~mask, -torch.inf)
    out = scores.softmax(-1) @ v
    return out.transpose(1, 2).reshape(B, T, -1) @ weights["o_proj"].T
