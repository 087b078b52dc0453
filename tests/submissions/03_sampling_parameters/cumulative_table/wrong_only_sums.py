# wrong: wrong_type
# The ids are left out.
import torch


def cumulative_table(probs):
    cumulative = torch.sort(probs, descending=True).values.cumsum(dim=0)
    cumulative[-1] = 1.0
    return cumulative
