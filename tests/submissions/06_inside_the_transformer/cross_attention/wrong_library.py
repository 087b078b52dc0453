# wrong: calls_the_library
# torch's own layer with these weights.
import torch


@torch.no_grad()
def cross_attention(
    decoder_states, encoder_states, weights, num_heads, encoder_mask=None
):
    H = decoder_states.shape[-1]
    layer = torch.nn.MultiheadAttention(H, num_heads, bias=False, batch_first=True)
    parts = [weights[name] for name in ("q_proj", "k_proj", "v_proj")]
    layer.in_proj_weight.copy_(torch.cat(parts))
    layer.out_proj.weight.copy_(weights["o_proj"])
    padding = None if encoder_mask is None else ~encoder_mask
    return layer(
        decoder_states, encoder_states, encoder_states, key_padding_mask=padding
    )[0]
