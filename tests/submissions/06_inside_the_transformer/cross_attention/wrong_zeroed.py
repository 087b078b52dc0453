# wrong: padding_zeroed
# Padded states become zeros, which still have a weight.
import torch.nn.functional as F


def cross_attention(
    decoder_states, encoder_states, weights, num_heads, encoder_mask=None
):
    B, T, H = decoder_states.shape
    d = H // num_heads
    if encoder_mask is not None:
        encoder_states = encoder_states * encoder_mask[..., None]
    q = (decoder_states @ weights["q_proj"].T).view(B, -1, num_heads, d)
    k = (encoder_states @ weights["k_proj"].T).view(B, -1, num_heads, d)
    v = (encoder_states @ weights["v_proj"].T).view(B, -1, num_heads, d)
    q, k, v = (heads.transpose(1, 2) for heads in (q, k, v))
    out = F.scaled_dot_product_attention(q, k, v)
    return out.transpose(1, 2).reshape(B, -1, H) @ weights["o_proj"].T
