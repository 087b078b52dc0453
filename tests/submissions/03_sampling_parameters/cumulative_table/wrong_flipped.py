# wrong: ties_by_higher_id
# An ascending sort turned round puts the higher of two equal ids first.
import torch


def cumulative_table(probs):
    ranked, token_ids = torch.sort(probs, stable=True)
    cumulative = ranked.flip(0).cumsum(dim=0)
    cumulative[-1] = 1.0
    return token_ids.flip(0), cumulative
