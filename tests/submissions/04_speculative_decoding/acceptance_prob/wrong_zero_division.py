# wrong: q_zero
# Python's floats raise where q is 0.
import torch


def acceptance_prob(p, q, token_ids):
    return torch.tensor([min(1.0, p[x].item() / q[x].item()) for x in token_ids])
