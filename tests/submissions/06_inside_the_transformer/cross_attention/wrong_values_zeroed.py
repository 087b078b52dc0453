# wrong: padding_zeroed
# Weights of padding are zeroed behind the softmax.


def cross_attention(
    decoder_states, encoder_states, weights, num_heads, encoder_mask=None
):
    B, T, H = decoder_states.shape
    d = H // num_heads
    q = (decoder_states @ weights["q_proj"].T).view(B, -1, num_heads, d)
    k = (encoder_states @ weights["k_proj"].T).view(B, -1, num_heads, d)
    v = (encoder_states @ weights["v_proj"].T).view(B, -1, num_heads, d)
    q, k, v = (heads.transpose(1, 2) for heads in (q, k, v))
    weight = (q @ k.mT / d**0.5).softmax(dim=-1)
    if encoder_mask is not None:
        weight = weight * encoder_mask[:, None, None, :]
    out = weight @ v
    return out.transpose(1, 2).reshape(B, -1, H) @ weights["o_proj"].T
