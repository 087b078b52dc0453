# wrong: self_attention
# The decoder attends to itself.
import torch.nn.functional as F


def cross_attention(
    decoder_states, encoder_states, weights, num_heads, encoder_mask=None
):
    B, T, H = decoder_states.shape
    d = H // num_heads
    q = (decoder_states @ weights["q_proj"].T).view(B, -1, num_heads, d)
    k = (decoder_states @ weights["k_proj"].T).view(B, -1, num_heads, d)
    v = (decoder_states @ weights["v_proj"].T).view(B, -1, num_heads, d)
    q, k, v = (heads.transpose(1, 2) for heads in (q, k, v))
    mask = None
    if encoder_mask is not None and encoder_mask.shape[1] == T:
        mask = encoder_mask[:, None, None, :]
    out = F.scaled_dot_product_attention(q, k, v, attn_mask=mask)
    return out.transpose(1, 2).reshape(B, -1, H) @ weights["o_proj"].T
