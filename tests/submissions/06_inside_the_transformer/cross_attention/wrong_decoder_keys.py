# wrong: keys_from_decoder
# Keys are taken to come from where the queries come.
import torch.nn.functional as F


def cross_attention(
    decoder_states, encoder_states, weights, num_heads, encoder_mask=None
):
    B, T, H = decoder_states.shape
    d = H // num_heads
    same = encoder_states.shape[1] == T
    keys_from = decoder_states if same else encoder_states
    q = (decoder_states @ weights["q_proj"].T).view(B, -1, num_heads, d)
    k = (keys_from @ weights["k_proj"].T).view(B, -1, num_heads, d)
    v = (encoder_states @ weights["v_proj"].T).view(B, -1, num_heads, d)
    q, k, v = (heads.transpose(1, 2) for heads in (q, k, v))
    mask = None if encoder_mask is None else encoder_mask[:, None, None, :]
    out = F.scaled_dot_product_attention(q, k, v, attn_mask=mask)
    return out.transpose(1, 2).reshape(B, -1, H) @ weights["o_proj"].T
