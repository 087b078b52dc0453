# right: numpy in double precision
import numpy as np
import torch


def cross_attention(
    decoder_states, encoder_states, weights, num_heads, encoder_mask=None
):
    w = {name: weight.detach().double().numpy() for name, weight in weights.items()}
    x, y = (s.detach().double().numpy() for s in (decoder_states, encoder_states))
    (B, T, H), S = x.shape, y.shape[1]
    q = (x @ w["q_proj"].T).reshape(B, T, num_heads, -1).transpose(0, 2, 1, 3)
    k = (y @ w["k_proj"].T).reshape(B, S, num_heads, -1).transpose(0, 2, 3, 1)
    v = (y @ w["v_proj"].T).reshape(B, S, num_heads, -1).transpose(0, 2, 1, 3)
    scores = q @ k / np.sqrt(q.shape[-1])
    if encoder_mask is not None:
        scores[
            ~np.broadcast_to(encoder_mask.numpy()[:, None, None], scores.shape)
        ] = -np.inf
    weight = np.exp(scores - scores.max(axis=-1, keepdims=True))
    weight /= weight.sum(axis=-1, keepdims=True)
    out = (weight @ v).transpose(0, 2, 1, 3).reshape(B, T, H)
    return torch.from_numpy(out @ w["o_proj"].T)
