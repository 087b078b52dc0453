# wrong: cumulative_in_vocabulary_order
# Summed first, sorted afterwards: the sums are those of vocabulary order.
import torch


def cumulative_table(probs):
    token_ids = torch.argsort(probs, descending=True, stable=True)
    cumulative = probs.cumsum(dim=0)
    cumulative[-1] = 1.0
    return token_ids, cumulative[token_ids]
