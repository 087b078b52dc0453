# wrong: mirrored
# 1 - u is used: the same law, another token for each u.
import torch


def sample_from_u(probs, u):
    mass = probs.cumsum(dim=-1)
    ids = (mass <= 1 - u[:, None]).sum(dim=-1)
    last = probs.shape[-1] - 1 - (probs > 0).long().flip(-1).argmax(dim=-1)
    return torch.minimum(ids, last)
