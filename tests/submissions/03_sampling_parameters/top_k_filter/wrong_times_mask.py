# wrong: not_minus_inf
# The mask is multiplied in, which leaves 0 (and NaN for -inf).
import torch


def top_k_filter(scores, top_k):
    k = min(top_k, scores.shape[-1])
    threshold = torch.topk(scores, k, dim=-1).values[..., -1:]
    return scores * (scores >= threshold)
