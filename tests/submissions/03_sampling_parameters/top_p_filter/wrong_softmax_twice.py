# wrong: softmax_twice
# Probabilities go through a second softmax, which flattens them.
import torch


def top_p_filter(scores, top_p, min_tokens_to_keep=1):
    probs = torch.softmax(scores.float(), dim=-1)
    ranked, ids = torch.sort(probs, dim=-1, descending=True)
    mass = torch.softmax(ranked, dim=-1)
    remove = mass.cumsum(dim=-1) - mass >= top_p
    remove[:, :min_tokens_to_keep] = False
    remove = remove.scatter(-1, ids, remove)
    return scores.masked_fill(remove, float("-inf"))
