# right: einsum with the group as a dimension of its own
import torch


def multi_head_attention(x, weights, num_heads, num_key_value_heads, mask=None):
    g, n = num_key_value_heads, num_heads // num_key_value_heads
    d = weights["q_proj"].shape[0] // num_heads
    wq = weights["q_proj"].view(g, n, d, -1)
    wk, wv = (weights[name].view(g, d, -1) for name in ("k_proj", "v_proj"))
    q = torch.einsum("bth,gndh->bgntd", x, wq)
    k = torch.einsum("bsh,gdh->bgsd", x, wk)
    v = torch.einsum("bsh,gdh->bgsd", x, wv)
    scores = torch.einsum("bgntd,bgsd->bgnts", q, k).flatten(1, 2) / d**0.5
    if mask is not None:
        scores = torch.where(mask, scores, float("-inf"))
    weight = scores.softmax(-1).unflatten(1, (g, n))
    out = torch.einsum("bgnts,bgsd->btgnd", weight, v).flatten(2)
    return torch.einsum("btd,hd->bth", out, weights["o_proj"])
