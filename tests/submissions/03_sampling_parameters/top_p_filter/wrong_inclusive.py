# wrong: crossing_token_dropped
# The token that crosses p goes, so less than p is left.
import torch


def top_p_filter(scores, top_p, min_tokens_to_keep=1):
    ranked, ids = torch.sort(scores, dim=-1, descending=True)
    mass = ranked.float().softmax(dim=-1).cumsum(dim=-1)
    remove = mass > top_p
    remove[:, :min_tokens_to_keep] = False
    remove = remove.scatter(-1, ids, remove)
    return scores.masked_fill(remove, float("-inf"))
