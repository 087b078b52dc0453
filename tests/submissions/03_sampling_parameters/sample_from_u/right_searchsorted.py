# right: searchsorted on the right side, held at the last id with mass
import torch


def sample_from_u(probs, u):
    mass = probs.cumsum(dim=-1)
    ids = torch.searchsorted(mass, u[:, None], right=True)[:, 0]
    V = probs.shape[-1]
    last = V - 1 - (probs > 0).long().flip(-1).argmax(dim=-1)
    return torch.minimum(ids, last)
