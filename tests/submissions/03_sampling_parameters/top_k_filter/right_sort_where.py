# right: a descending sort and torch.where
import torch


def top_k_filter(scores, top_k):
    V = scores.size(-1)
    if top_k >= V:
        return scores
    ranked, _ = scores.sort(dim=-1, descending=True)
    kth = ranked[:, top_k - 1].unsqueeze(1)
    minus_inf = torch.tensor(float("-inf"), dtype=scores.dtype)
    return torch.where(scores >= kth, scores, minus_inf)
