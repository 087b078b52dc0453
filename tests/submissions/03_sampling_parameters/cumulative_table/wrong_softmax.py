# wrong: softmax_twice
# Probabilities are taken for scores.
import torch


def cumulative_table(probs):
    probs = torch.softmax(probs, dim=0)
    ranked, token_ids = torch.sort(probs, descending=True, stable=True)
    cumulative = ranked.cumsum(dim=0)
    cumulative[-1] = 1.0
    return token_ids, cumulative
