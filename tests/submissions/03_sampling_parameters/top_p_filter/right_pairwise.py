# right: no sort: each token sums the mass of those ranked before it
import torch


def top_p_filter(scores, top_p, min_tokens_to_keep=1):
    V = scores.shape[-1]
    probs = torch.softmax(scores.double(), dim=-1)
    mine, other = scores[:, :, None], scores[:, None, :]
    earlier = torch.arange(V)[None, :] < torch.arange(V)[:, None]
    ahead = (other > mine) | ((other == mine) & earlier)
    before = (ahead * probs[:, None, :]).sum(dim=-1)
    keep = (before < top_p) | (ahead.sum(dim=-1) < min_tokens_to_keep)
    return torch.where(keep, scores, torch.full_like(scores, float("-inf")))
