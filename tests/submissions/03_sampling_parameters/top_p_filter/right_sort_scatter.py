# right: descending sort, exclusive mass, mask scattered back
import torch


def top_p_filter(scores, top_p, min_tokens_to_keep=1):
    ranked, ids = torch.sort(scores, dim=-1, descending=True)
    probs = torch.softmax(ranked.float(), dim=-1)
    before = probs.cumsum(dim=-1) - probs
    remove = before >= top_p
    remove[:, :min_tokens_to_keep] = False
    remove = torch.zeros_like(remove).scatter(-1, ids, remove)
    return scores.masked_fill(remove, float("-inf"))
