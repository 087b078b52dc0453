# wrong: wrong_shape
# The heads stay apart.
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
    out = F.scaled_dot_product_attention(q, k, v, attn_mask=mask)
    return out.transpose(1, 2)
