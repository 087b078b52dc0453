# wrong: ties_by_higher_id
# An ordinary sort: it leaves a few equals in their order, but not many.
import torch


def cumulative_table(probs):
    ordered, token_ids = probs.sort(descending=True)
    cumulative = ordered.cumsum(dim=0)
    cumulative[-1] = 1.0
    return token_ids, cumulative
