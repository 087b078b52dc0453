# wrong: one_u_for_all
# The first u serves every row.
import torch


def sample_from_u(probs, u):
    mass = probs.cumsum(dim=-1)
    ids = (mass <= u[0]).sum(dim=-1)
    last = probs.shape[-1] - 1 - (probs > 0).long().flip(-1).argmax(dim=-1)
    return torch.minimum(ids, last)
