# wrong: q_zero
# A token that neither model gives any mass is accepted.
import torch


def acceptance_prob(p, q, token_ids):
    p, q = p[token_ids], q[token_ids]

    ratio = torch.where(q > 0, p / q, torch.ones_like(p))
    return ratio.clamp(max=1)
