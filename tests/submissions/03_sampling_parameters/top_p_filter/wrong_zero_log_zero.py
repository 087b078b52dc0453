# wrong: nan_from_minus_inf
# log(p) of shifted scores: -inf - -inf where a whole tail is filtered already.
import torch


def top_p_filter(scores, top_p, min_tokens_to_keep=1):
    lowest = scores.amin(dim=-1, keepdim=True)
    probs = torch.softmax((scores - lowest).float(), dim=-1)
    ranked, ids = probs.sort(dim=-1, descending=True)
    remove = ranked.cumsum(dim=-1) - ranked >= top_p
    remove[:, :min_tokens_to_keep] = False
    remove = remove.scatter(-1, ids, remove)
    return scores.masked_fill(remove, float("-inf"))
