# wrong: ids_ignored
# The tokens are sorted, and the answers stand in another order.
import torch


def acceptance_prob(p, q, token_ids):
    token_ids = token_ids.sort().values
    p, q = p[token_ids], q[token_ids]
    ratio = p / torch.where(q > 0, q, torch.ones_like(q))
    return torch.where(q > 0, ratio.clamp(max=1), (p > 0).to(p.dtype))
