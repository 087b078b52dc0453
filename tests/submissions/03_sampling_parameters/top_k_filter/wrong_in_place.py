# wrong: input_changed
# An indexed assignment writes into the caller's tensor.
import torch


def top_k_filter(scores, top_k):
    k = min(top_k, scores.shape[-1])
    threshold = torch.topk(scores, k, dim=-1).values[..., -1:]
    scores[scores < threshold] = float("-inf")
    return scores
