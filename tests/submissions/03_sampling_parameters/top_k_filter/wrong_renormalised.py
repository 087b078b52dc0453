# wrong: survivors_changed
# The survivors come back as log-probabilities.
import torch


def top_k_filter(scores, top_k):
    k = min(top_k, scores.shape[-1])
    threshold = torch.topk(scores, k, dim=-1).values[..., -1:]
    kept = scores.masked_fill(scores < threshold, float("-inf"))
    return torch.log_softmax(kept, dim=-1)
