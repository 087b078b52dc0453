# wrong: not_cumulative
# The sorted probabilities themselves.
import torch


def cumulative_table(probs):
    ranked, token_ids = torch.sort(probs, descending=True, stable=True)
    return token_ids, ranked
