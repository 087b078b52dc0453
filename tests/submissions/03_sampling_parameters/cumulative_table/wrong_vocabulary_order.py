# wrong: not_ranked
# Summed in the order of the ids.
import torch


def cumulative_table(probs):
    cumulative = probs.cumsum(dim=0)
    cumulative[-1] = 1.0
    return torch.arange(len(probs)), cumulative
