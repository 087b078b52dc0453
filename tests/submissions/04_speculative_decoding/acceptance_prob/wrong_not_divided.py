# wrong: not_divided
# The mass that both give the token, which is not yet given that it was drafted.
import torch


def acceptance_prob(p, q, token_ids):
    return torch.minimum(p, q)[token_ids]
