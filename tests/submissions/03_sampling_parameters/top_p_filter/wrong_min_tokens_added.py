# wrong: min_tokens_misplaced
# The protected tokens come on top of the nucleus.
import torch


def top_p_filter(scores, top_p, min_tokens_to_keep=1):
    out = torch.full_like(scores, float("-inf"))
    for b in range(len(scores)):
        probs, ids = scores[b].float().softmax(dim=0).sort(descending=True)
        n = int((probs.cumsum(dim=0) - probs < top_p).sum())
        n = max(n, 1) + min_tokens_to_keep - 1
        out[b, ids[:n]] = scores[b, ids[:n]]
    return out
