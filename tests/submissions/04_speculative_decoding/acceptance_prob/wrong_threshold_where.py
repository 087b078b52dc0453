# wrong: accept_if_p_at_least_q
# Where p is below q the ratio is taken for no acceptance.
import torch


def acceptance_prob(p, q, token_ids):
    p, q = p[token_ids], q[token_ids]

    ratio = p / q
    return torch.where(ratio >= 1, torch.ones_like(p), torch.zeros_like(p))
