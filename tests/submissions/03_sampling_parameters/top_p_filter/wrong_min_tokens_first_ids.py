# wrong: min_tokens_misplaced
# The first ids of the vocabulary are protected, not the most probable.
import torch


def top_p_filter(scores, top_p, min_tokens_to_keep=1):
    ranked, ids = torch.sort(scores, dim=-1, descending=True)
    probs = ranked.float().softmax(dim=-1)
    remove = probs.cumsum(dim=-1) - probs >= top_p
    remove[:, 0] = False
    remove = remove.scatter(-1, ids, remove)
    if min_tokens_to_keep > 1:
        remove[:, :min_tokens_to_keep] = False
    return scores.masked_fill(remove, float("-inf"))
