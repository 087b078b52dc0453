# wrong: swapped
# The pair the other way round, as torch.sort gives it.
import torch


def cumulative_table(probs):
    ranked, token_ids = torch.sort(probs, descending=True, stable=True)
    cumulative = ranked.cumsum(dim=0)
    cumulative[-1] = 1.0
    return cumulative, token_ids
