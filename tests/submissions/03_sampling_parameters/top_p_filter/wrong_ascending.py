# wrong: keeps_unlikely
# sort is taken to put the largest first: the nucleus is made of the tail.
import torch


def top_p_filter(scores, top_p, min_tokens_to_keep=1):
    ranked, ids = torch.sort(scores, dim=-1)
    probs = ranked.float().softmax(dim=-1)
    remove = probs.cumsum(dim=-1) - probs >= top_p
    remove[:, :min_tokens_to_keep] = False
    remove = remove.scatter(-1, ids, remove)
    return scores.masked_fill(remove, float("-inf"))
