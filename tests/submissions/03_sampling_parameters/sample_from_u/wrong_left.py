# wrong: boundary_goes_left
# searchsorted's default side gives the first sum that is at least u.
import torch


def sample_from_u(probs, u):
    mass = probs.cumsum(dim=-1)
    ids = torch.searchsorted(mass, u[:, None])[:, 0]
    last = probs.shape[-1] - 1 - (probs > 0).long().flip(-1).argmax(dim=-1)
    return torch.minimum(ids, last)
