# wrong: not_clipped
# The ratio itself, which is above 1 where the target likes the token more.
import torch


def acceptance_prob(p, q, token_ids):
    p, q = p[token_ids], q[token_ids]

    ratio = p / torch.where(q > 0, q, torch.ones_like(q))
    return torch.where(q > 0, ratio, (p > 0).to(p.dtype))
