# wrong: ties_dropped
# Exactly k survive, also where the k-th value occurs twice.
import torch


def top_k_filter(scores, top_k):
    k = min(top_k, scores.shape[-1])
    values, ids = scores.topk(k, dim=-1)
    return torch.full_like(scores, float("-inf")).scatter(-1, ids, values)
