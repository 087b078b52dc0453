# wrong: absolute_threshold
# A token stays when its own probability is at least 1 - p.
import torch


def top_p_filter(scores, top_p, min_tokens_to_keep=1):
    probs = torch.softmax(scores.float(), dim=-1)
    n = min(min_tokens_to_keep, scores.shape[-1])
    nth = probs.topk(n, dim=-1).values[:, -1:]
    keep = (probs >= 1 - top_p) | (probs >= nth)
    return scores.masked_fill(~keep, float("-inf"))
