# wrong: boundary_goes_left
# >= where > is meant, zeros stepped over.
import torch


def sample_from_u(probs, u):
    alive = probs > 0
    above = (probs.cumsum(dim=1) >= u.unsqueeze(1)) & alive
    first = above.int().argmax(dim=1)
    places = torch.arange(probs.shape[1]).expand_as(probs)
    last = places.masked_fill(~alive, -1).max(dim=1).values
    return torch.where(above.any(dim=1), first, last)
