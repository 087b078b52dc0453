# right: numpy in double precision, row by row of the batch
import numpy as np
import torch


def multi_head_attention(x, weights, num_heads, num_key_value_heads, mask=None):
    w = {name: weight.detach().double().numpy() for name, weight in weights.items()}
    B, T = x.shape[:2]
    seen = np.ones((B, num_heads, T, T), dtype=bool)
    if mask is not None:
        seen &= mask.numpy()
    rows = []
    for b, row in enumerate(x.detach().double().numpy()):
        heads = []
        keys = np.split(row @ w["k_proj"].T, num_key_value_heads, axis=1)
        values = np.split(row @ w["v_proj"].T, num_key_value_heads, axis=1)
        for j, q in enumerate(np.split(row @ w["q_proj"].T, num_heads, axis=1)):
            shared = j // (num_heads // num_key_value_heads)
            scores = q @ keys[shared].T / np.sqrt(q.shape[1])
            scores = np.where(seen[b, j], scores, -1e300)
            weight = np.exp(scores - scores.max(axis=1, keepdims=True))
            heads.append(weight / weight.sum(axis=1, keepdims=True) @ values[shared])
        rows.append(np.concatenate(heads, axis=1) @ w["o_proj"].T)
    return torch.tensor(np.stack(rows), dtype=x.dtype)
