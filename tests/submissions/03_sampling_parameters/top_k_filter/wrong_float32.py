# wrong: wrong_dtype
# torch.where with a fresh fp32 tensor widens half precision.
import torch


def top_k_filter(scores, top_k):
    k = min(top_k, scores.shape[-1])
    threshold = torch.topk(scores, k, dim=-1).values[..., -1:]
    out = torch.full(scores.shape, float("-inf"))
    return torch.where(scores < threshold, out, scores)
