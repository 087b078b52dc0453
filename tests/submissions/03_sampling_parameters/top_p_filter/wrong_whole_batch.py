# wrong: rows_mixed
# One nucleus for the whole batch.
import torch


def top_p_filter(scores, top_p, min_tokens_to_keep=1):
    ranked, ids = torch.sort(scores.flatten(), descending=True)
    probs = ranked.float().softmax(dim=-1)
    remove = probs.cumsum(dim=-1) - probs >= top_p
    remove[:min_tokens_to_keep] = False
    remove = remove.scatter(-1, ids, remove).reshape(scores.shape)
    return scores.masked_fill(remove, float("-inf"))
