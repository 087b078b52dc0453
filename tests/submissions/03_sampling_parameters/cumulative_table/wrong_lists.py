# wrong: wrong_type
# Lists of numbers in place of tensors.
import torch


def cumulative_table(probs):
    ranked, token_ids = torch.sort(probs, descending=True, stable=True)
    cumulative = ranked.cumsum(dim=0)
    cumulative[-1] = 1.0
    return token_ids.tolist(), cumulative.tolist()
