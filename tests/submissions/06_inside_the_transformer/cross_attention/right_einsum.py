# right: einsum, scores by hand
import torch


def cross_attention(
    decoder_states, encoder_states, weights, num_heads, encoder_mask=None
):
    H = decoder_states.size(-1)
    d = H // num_heads
    w = {name: weight.view(num_heads, d, H) for name, weight in weights.items()}
    q = torch.einsum("bti,hdi->bhtd", decoder_states, w["q_proj"])
    k = torch.einsum("bsi,hdi->bhsd", encoder_states, w["k_proj"])
    v = torch.einsum("bsi,hdi->bhsd", encoder_states, w["v_proj"])
    scores = torch.einsum("bhtd,bhsd->bhts", q, k) / d**0.5
    if encoder_mask is not None:
        scores = scores.masked_fill(~encoder_mask[:, None, None], -torch.inf)
    out = torch.einsum("bhts,bhsd->bthd", scores.softmax(dim=-1), v)
    return torch.einsum("btx,ix->bti", out.flatten(2), weights["o_proj"])
