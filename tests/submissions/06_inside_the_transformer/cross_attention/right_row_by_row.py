# right: each row alone, its padding cut away, head by head
import torch


def cross_attention(
    decoder_states, encoder_states, weights, num_heads, encoder_mask=None
):
    rows = []
    for b in range(len(decoder_states)):
        source = encoder_states[b]
        if encoder_mask is not None:
            source = source[encoder_mask[b]]
        q = (decoder_states[b] @ weights["q_proj"].T).chunk(num_heads, dim=-1)
        k = (source @ weights["k_proj"].T).chunk(num_heads, dim=-1)
        v = (source @ weights["v_proj"].T).chunk(num_heads, dim=-1)
        heads = [
            torch.softmax(q[j] @ k[j].T / q[j].shape[-1] ** 0.5, dim=-1) @ v[j]
            for j in range(num_heads)
        ]
        rows.append(torch.cat(heads, dim=-1) @ weights["o_proj"].T)
    return torch.stack(rows)
