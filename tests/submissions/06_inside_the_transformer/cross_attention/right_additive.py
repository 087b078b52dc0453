# right: a large negative number added where there is padding
import torch
import torch.nn.functional as F


def cross_attention(
    decoder_states, encoder_states, weights, num_heads, encoder_mask=None
):
    B, T, H = decoder_states.shape
    q = F.linear(decoder_states, weights["q_proj"]).view(B, T, num_heads, -1)
    k = F.linear(encoder_states, weights["k_proj"]).view(
        B, -1, num_heads, H // num_heads
    )
    v = F.linear(encoder_states, weights["v_proj"]).view(
        B, -1, num_heads, H // num_heads
    )
    bias = 0.0
    if encoder_mask is not None:
        bias = torch.where(encoder_mask, 0.0, -1e9).view(B, 1, 1, -1)
    scores = q.permute(0, 2, 1, 3) @ k.permute(0, 2, 3, 1)
    scores = scores * (H / num_heads) ** -0.5 + bias
    out = scores.softmax(-1) @ v.permute(0, 2, 1, 3)
    return F.linear(out.permute(0, 2, 1, 3).reshape(B, T, H), weights["o_proj"])
