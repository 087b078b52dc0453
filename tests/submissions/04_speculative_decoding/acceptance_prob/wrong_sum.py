# wrong: wrong_shape
# The chance that any drafted token is accepted, a mean over the draft.
import torch


def acceptance_prob(p, q, token_ids):
    return torch.minimum(p, q).sum()
