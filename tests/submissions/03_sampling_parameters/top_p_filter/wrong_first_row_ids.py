# wrong: rows_mixed
# The ids to remove are gathered from all rows and removed in each.
import torch


def top_p_filter(scores, top_p, min_tokens_to_keep=1):
    ranked, ids = torch.sort(scores, dim=-1, descending=True)
    probs = ranked.float().softmax(dim=-1)
    remove = probs.cumsum(dim=-1) - probs >= top_p
    remove[:, :min_tokens_to_keep] = False
    out = scores.clone()
    out[:, ids[remove]] = float("-inf")
    return out
