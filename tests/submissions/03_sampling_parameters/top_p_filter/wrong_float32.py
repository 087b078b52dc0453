# wrong: wrong_dtype
# Widened for the softmax and not cast back.
import torch


def top_p_filter(scores, top_p, min_tokens_to_keep=1):
    scores = scores.float()
    ranked, ids = torch.sort(scores, dim=-1, descending=True)
    probs = ranked.softmax(dim=-1)
    remove = probs.cumsum(dim=-1) - probs >= top_p
    remove[:, :min_tokens_to_keep] = False
    remove = remove.scatter(-1, ids, remove)
    return scores.masked_fill(remove, float("-inf"))
