# right: from the unlikely end, as transformers does, in the input's own dtype
import torch


def top_p_filter(scores, top_p, min_tokens_to_keep=1):
    ranked, ids = scores.sort(dim=-1, descending=False)
    tail = ranked.softmax(dim=-1).cumsum(dim=-1)
    remove = tail <= 1 - top_p
    remove[:, -min_tokens_to_keep:] = False
    return scores.masked_fill(remove.scatter(1, ids, remove), -torch.inf)
