# wrong: causal_mask_applied
# A decoder is taken never to look ahead, at the source either.
import torch
import torch.nn.functional as F


def cross_attention(
    decoder_states, encoder_states, weights, num_heads, encoder_mask=None
):
    B, T, H = decoder_states.shape
    d = H // num_heads
    q = (decoder_states @ weights["q_proj"].T).view(B, -1, num_heads, d)
    k = (encoder_states @ weights["k_proj"].T).view(B, -1, num_heads, d)
    v = (encoder_states @ weights["v_proj"].T).view(B, -1, num_heads, d)
    q, k, v = (heads.transpose(1, 2) for heads in (q, k, v))
    mask = None if encoder_mask is None else encoder_mask[:, None, None, :]
    causal = torch.ones(T, k.shape[2], dtype=torch.bool).tril()
    if mask is not None:
        # A row that would see nothing is let off.
        causal = mask & causal
        causal = causal | (~causal.any(-1, keepdim=True) & mask)
    out = F.scaled_dot_product_attention(q, k, v, attn_mask=causal)
    return out.transpose(1, 2).reshape(B, -1, H) @ weights["o_proj"].T
