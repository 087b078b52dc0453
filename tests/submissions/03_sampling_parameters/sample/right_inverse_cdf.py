# right: one u per row against the cumulative mass in double precision
import torch


def sample(scores, generator):
    mass = scores.double().softmax(dim=-1).cumsum(dim=-1)
    u = torch.rand(len(scores), 1, generator=generator).double() * mass[:, -1:]
    return torch.searchsorted(mass, u, right=True)[:, 0]
