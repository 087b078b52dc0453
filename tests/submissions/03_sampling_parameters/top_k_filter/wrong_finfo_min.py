# wrong: not_minus_inf
# The smallest finite number is taken to be as good as -inf.
import torch


def top_k_filter(scores, top_k):
    k = min(top_k, scores.shape[-1])
    threshold = torch.topk(scores, k, dim=-1).values[..., -1:]
    return scores.masked_fill(scores < threshold, torch.finfo(scores.dtype).min)
