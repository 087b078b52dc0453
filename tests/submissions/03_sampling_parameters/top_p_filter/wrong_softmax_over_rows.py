# wrong: rows_mixed
# dim=0 runs over the batch, not over the vocabulary.
import torch


def top_p_filter(scores, top_p, min_tokens_to_keep=1):
    probs = torch.softmax(scores.float(), dim=0)
    ranked, ids = torch.sort(probs, dim=-1, descending=True)
    remove = ranked.cumsum(dim=-1) - ranked >= top_p
    remove[:, :min_tokens_to_keep] = False
    remove = remove.scatter(-1, ids, remove)
    return scores.masked_fill(remove, float("-inf"))
