# wrong: empty_at_zero
# min_tokens_to_keep is honoured above 1 only; the first token has no guard.
import torch


def top_p_filter(scores, top_p, min_tokens_to_keep=1):
    ranked, ids = torch.sort(scores, dim=-1, descending=True)
    probs = ranked.float().softmax(dim=-1)
    keep = probs.cumsum(dim=-1) - probs < top_p
    if min_tokens_to_keep > 1:
        keep[:, :min_tokens_to_keep] = True
    keep = keep.scatter(-1, ids, keep)
    return scores.masked_fill(~keep, float("-inf"))
