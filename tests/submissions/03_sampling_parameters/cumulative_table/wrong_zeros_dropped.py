# wrong: wrong_shape
# Tokens of probability 0 are left out.
import torch


def cumulative_table(probs):
    ranked, token_ids = torch.sort(probs, descending=True, stable=True)
    n = int((ranked > 0).sum())
    cumulative = ranked[:n].cumsum(dim=0)
    cumulative[-1] = 1.0
    return token_ids[:n], cumulative
