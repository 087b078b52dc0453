# right: torch's attention, the mask as [B, 1, 1, S]
import torch.nn.functional as F


def cross_attention(
    decoder_states, encoder_states, weights, num_heads, encoder_mask=None
):
    def split(states, name):
        states = F.linear(states, weights[name])
        return states.unflatten(-1, (num_heads, -1)).transpose(1, 2)

    q = split(decoder_states, "q_proj")
    k, v = split(encoder_states, "k_proj"), split(encoder_states, "v_proj")
    mask = None if encoder_mask is None else encoder_mask[:, None, None, :]
    out = F.scaled_dot_product_attention(q, k, v, attn_mask=mask)
    return F.linear(out.transpose(1, 2).flatten(2), weights["o_proj"])
