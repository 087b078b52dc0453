# wrong: top_p_instead
# Ranked by probability.
import torch


def typical_filter(scores, typical_p):
    probs = torch.softmax(scores.float(), dim=-1)
    order = probs.argsort(dim=-1, descending=True)
    ranked = probs.gather(-1, order)
    remove = ranked.cumsum(dim=-1) - ranked >= typical_p
    remove = remove.scatter(-1, order, remove)
    return scores.masked_fill(remove, float("-inf"))
