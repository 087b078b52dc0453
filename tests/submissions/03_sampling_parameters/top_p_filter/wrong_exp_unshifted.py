# wrong: overflows
# exp of raw scores is taken to fit into a float.
import torch


def top_p_filter(scores, top_p, min_tokens_to_keep=1):
    weights = scores.float().exp()
    probs = weights / weights.sum(dim=-1, keepdim=True)
    ranked, ids = probs.sort(dim=-1, descending=True)
    remove = ranked.cumsum(dim=-1) - ranked >= top_p
    remove[:, :min_tokens_to_keep] = False
    remove = remove.scatter(-1, ids, remove)
    return scores.masked_fill(remove, float("-inf"))
