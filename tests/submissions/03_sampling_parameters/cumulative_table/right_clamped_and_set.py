# right: clamps what rounds above 1, then sets the last
import torch


def cumulative_table(probs):
    ranked, token_ids = torch.sort(probs, descending=True, stable=True)
    cumulative = ranked.cumsum(dim=0).clamp(max=1.0)
    cumulative[-1] = 1.0
    return token_ids, cumulative
