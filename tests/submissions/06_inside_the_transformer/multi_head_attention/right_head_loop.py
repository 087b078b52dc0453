# right: one head after another, each with its slice of the output matrix
import torch


def multi_head_attention(x, weights, num_heads, num_key_value_heads, mask=None):
    B, T, H = x.shape
    d = weights["q_proj"].shape[0] // num_heads
    if mask is None:
        mask = torch.ones(T, T, dtype=torch.bool)
    mask = mask.expand(B, num_heads, T, T)
    out = torch.zeros_like(x)
    for j in range(num_heads):
        g = j * num_key_value_heads // num_heads
        mine, shared = slice(j * d, (j + 1) * d), slice(g * d, (g + 1) * d)
        q = x @ weights["q_proj"][mine].T
        k = x @ weights["k_proj"][shared].T
        v = x @ weights["v_proj"][shared].T
        scores = (q @ k.mT / d**0.5).masked_fill(~mask[:, j], -torch.inf)
        out += scores.softmax(dim=-1) @ v @ weights["o_proj"][:, mine].T
    return out
