# wrong: wrong_dtype
# Ids and sums share one float tensor.
import torch


def cumulative_table(probs):
    ranked, token_ids = torch.sort(probs, descending=True, stable=True)
    cumulative = ranked.cumsum(dim=0)
    cumulative[-1] = 1.0
    table = torch.stack([token_ids.to(probs.dtype), cumulative])
    return table[0], table[1]
