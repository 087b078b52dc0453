# wrong: top_p_zero_keeps_all
# 0 is read as "switched off".
import torch


def top_p_filter(scores, top_p, min_tokens_to_keep=1):
    if not top_p:
        return scores
    ranked, ids = torch.sort(scores, dim=-1, descending=True)
    probs = ranked.float().softmax(dim=-1)
    remove = probs.cumsum(dim=-1) - probs >= top_p
    remove[:, :min_tokens_to_keep] = False
    remove = remove.scatter(-1, ids, remove)
    return scores.masked_fill(remove, float("-inf"))
