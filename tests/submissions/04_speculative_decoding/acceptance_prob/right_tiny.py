# right: the smallest positive number stands in for q = 0
import torch


def acceptance_prob(p, q, token_ids):
    tiny = torch.finfo(q.dtype).tiny
    return (p[token_ids] / q[token_ids].clamp(min=tiny)).clamp(max=1.0)
