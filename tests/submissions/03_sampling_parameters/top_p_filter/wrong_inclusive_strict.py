# wrong: crossing_token_dropped
# Keeps where the inclusive mass is below p.
import torch


def top_p_filter(scores, top_p, min_tokens_to_keep=1):
    out = torch.full_like(scores, float("-inf"))
    for b in range(len(scores)):
        probs, ids = scores[b].float().softmax(dim=0).sort(descending=True)
        mass = 0.0
        for rank, (p, i) in enumerate(zip(probs.tolist(), ids.tolist())):
            mass += p
            if mass < top_p or rank < min_tokens_to_keep or top_p >= 1:
                out[b, i] = scores[b, i]
    return out
