# wrong: min_tokens_above_vocabulary
# topk is asked for more tokens than there are.
import torch


def top_p_filter(scores, top_p, min_tokens_to_keep=1):
    ranked, ids = torch.sort(scores, dim=-1, descending=True)
    probs = ranked.float().softmax(dim=-1)
    keep = probs.cumsum(dim=-1) - probs < top_p
    keep = keep.scatter(-1, ids, keep)
    best = scores.topk(min_tokens_to_keep, dim=-1).indices
    keep = keep.scatter(-1, best, True)
    return scores.masked_fill(~keep, float("-inf"))
