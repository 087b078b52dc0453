# wrong: wrong_shape
# The ratio of every token, not of those that were drafted.
import torch


def acceptance_prob(p, q, token_ids):
    ratio = p / torch.where(q > 0, q, torch.ones_like(q))
    return torch.where(q > 0, ratio.clamp(max=1), (p > 0).to(p.dtype))
