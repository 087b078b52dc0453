# wrong: last_not_one
# Only what goes above 1 is mended, not what stays below.
import torch


def cumulative_table(probs):
    ranked, token_ids = torch.sort(probs, descending=True, stable=True)
    return token_ids, ranked.cumsum(dim=0).clamp(max=1.0)
