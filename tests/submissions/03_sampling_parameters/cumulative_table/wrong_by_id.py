# wrong: cumulative_in_vocabulary_order
# The sums are put back to the places of their ids.
import torch


def cumulative_table(probs):
    ranked, token_ids = torch.sort(probs, descending=True, stable=True)
    cumulative = ranked.cumsum(dim=0)
    cumulative[-1] = 1.0
    return token_ids, torch.empty_like(cumulative).scatter(0, token_ids, cumulative)
