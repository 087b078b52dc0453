# wrong: wrong_shape
# With one token the dimension goes.
import torch


def acceptance_prob(p, q, token_ids):
    p, q = p[token_ids].squeeze(), q[token_ids].squeeze()
    ratio = p / torch.where(q > 0, q, torch.ones_like(q))
    return torch.where(q > 0, ratio.clamp(max=1), (p > 0).to(p.dtype))
