# wrong: last_not_one
# Probabilities are taken to add up to 1 in a float.
import torch


def cumulative_table(probs):
    ranked, token_ids = torch.sort(probs, descending=True, stable=True)
    return token_ids, ranked.cumsum(dim=0)
