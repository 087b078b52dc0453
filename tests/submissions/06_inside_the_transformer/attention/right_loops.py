# right: query by query, only over the keys that it may see
import torch


def attention(q, k, v, mask=None):
    B, h, T, d = q.shape
    S = k.shape[2]
    if mask is None:
        mask = torch.ones(T, S, dtype=torch.bool)
    mask = mask.broadcast_to(B, h, T, S)
    out = torch.zeros(B, h, T, v.shape[-1])
    for b in range(B):
        for head in range(h):
            for t in range(T):
                seen = mask[b, head, t].nonzero().flatten()
                if len(seen):
                    scores = k[b, head, seen] @ q[b, head, t] / d**0.5
                    out[b, head, t] = scores.softmax(0) @ v[b, head, seen]
    return out
