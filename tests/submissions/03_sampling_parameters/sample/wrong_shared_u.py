# wrong: rows_share_draw
# One u serves every row: marginals are right, rows move together.
import torch


def sample(scores, generator):
    mass = scores.double().softmax(dim=-1).cumsum(dim=-1)
    u = torch.rand(1, generator=generator).double() * mass[:, -1:]
    return torch.searchsorted(mass, u, right=True)[:, 0]
