# wrong: rank_order
# Walks down by probability, as the cumulative table does.
import torch


def sample_from_u(probs, u):
    ranked, ids = torch.sort(probs, dim=-1, descending=True, stable=True)
    mass = ranked.cumsum(dim=-1)
    place = (mass <= u[:, None]).sum(dim=-1, keepdim=True)
    place = torch.minimum(place, (ranked > 0).sum(dim=-1, keepdim=True) - 1)
    return ids.gather(-1, place)[:, 0]
