# wrong: no_softmax
# Scores are added up as if they were probabilities.
import torch


def top_p_filter(scores, top_p, min_tokens_to_keep=1):
    ranked, ids = torch.sort(scores.float(), dim=-1, descending=True)
    remove = ranked.cumsum(dim=-1) - ranked >= top_p
    remove[:, :min_tokens_to_keep] = False
    remove = remove.scatter(-1, ids, remove)
    return scores.masked_fill(remove, float("-inf"))
