# wrong: ids_ignored
# The first N entries of the vocabulary, not those of the tokens.
import torch


def acceptance_prob(p, q, token_ids):
    places = torch.arange(len(token_ids)) % len(p)
    p, q = p[places], q[places]
    ratio = p / torch.where(q > 0, q, torch.ones_like(q))
    return torch.where(q > 0, ratio.clamp(max=1), (p > 0).to(p.dtype))
