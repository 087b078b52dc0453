# wrong: wrong_value
# One less the surplus of q, not its share.
import torch


def acceptance_prob(p, q, token_ids):
    p, q = p[token_ids], q[token_ids]

    return torch.where((p == 0) & (q == 0), 0.0, 1 - (q - p).clamp(min=0))
