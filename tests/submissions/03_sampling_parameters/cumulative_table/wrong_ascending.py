# wrong: ascending
# sort is taken to put the largest first.
import torch


def cumulative_table(probs):
    ranked, token_ids = torch.sort(probs, stable=True)
    cumulative = ranked.cumsum(dim=0)
    cumulative[-1] = 1.0
    return token_ids, cumulative
