# wrong: off_by_one
# <= removes the k-th token itself.
import torch


def top_k_filter(scores, top_k):
    k = min(top_k, scores.shape[-1])
    threshold = torch.topk(scores, k, dim=-1).values[..., -1:]
    return scores.masked_fill(scores <= threshold, float("-inf"))
