# right: the ratio where q allows it, torch.where for the rest
import torch


def acceptance_prob(p, q, token_ids):
    p, q = p[token_ids], q[token_ids]
    ratio = p / torch.where(q > 0, q, torch.ones_like(q))
    at_zero = (p > 0).to(p.dtype)
    return torch.where(q > 0, ratio.clamp(max=1), at_zero)
