# wrong: top_p_instead
# A cumulative mass, as for top-p.
import torch


def min_p_filter(scores, min_p):
    ranked, ids = torch.sort(scores.float(), dim=-1, descending=True)
    probs = ranked.softmax(dim=-1)
    remove = probs.cumsum(dim=-1) - probs >= 1 - min_p
    remove[:, 0] = False
    remove = remove.scatter(-1, ids, remove)
    return scores.masked_fill(remove, float("-inf"))
