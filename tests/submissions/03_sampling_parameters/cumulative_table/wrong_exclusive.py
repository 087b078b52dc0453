# wrong: exclusive
# The mass before each token: the first entry is 0.
import torch


def cumulative_table(probs):
    ranked, token_ids = torch.sort(probs, descending=True, stable=True)
    return token_ids, ranked.cumsum(dim=0) - ranked
