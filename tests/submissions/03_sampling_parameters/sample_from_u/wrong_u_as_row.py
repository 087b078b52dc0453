# wrong: one_u_for_all
# u is laid along the vocabulary (or fails to fit) for want of a new axis.
import torch


def sample_from_u(probs, u):
    mass = probs.cumsum(dim=-1)
    u = u.repeat(probs.shape[-1])[: probs.shape[-1]]
    ids = (mass <= u).sum(dim=-1)
    last = probs.shape[-1] - 1 - (probs > 0).long().flip(-1).argmax(dim=-1)
    return torch.minimum(ids, last)
