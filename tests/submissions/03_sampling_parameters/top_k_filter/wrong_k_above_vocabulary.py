# wrong: k_larger_than_vocabulary
# topk is taken to clamp k by itself.
import torch


def top_k_filter(scores, top_k):
    threshold = torch.topk(scores, top_k, dim=-1).values[..., -1:]
    return scores.masked_fill(scores < threshold, float("-inf"))
