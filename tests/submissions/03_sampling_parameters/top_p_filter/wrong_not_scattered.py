# wrong: not_scattered_back
# The mask of the sorted row is laid on the unsorted one.
import torch


def top_p_filter(scores, top_p, min_tokens_to_keep=1):
    ranked, _ = torch.sort(scores, dim=-1, descending=True)
    probs = ranked.float().softmax(dim=-1)
    remove = probs.cumsum(dim=-1) - probs >= top_p
    remove[:, :min_tokens_to_keep] = False
    return scores.masked_fill(remove, float("-inf"))
