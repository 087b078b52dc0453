# wrong: rows_share_draw
# Every second row takes 1 - u: marginals are right, pairs of rows are not free.
import torch


def sample(scores, generator):
    B = len(scores)
    mass = scores.double().softmax(dim=-1).cumsum(dim=-1)
    half = torch.rand((B + 1) // 2, generator=generator).double()
    u = torch.stack([half, 1 - half], dim=1).flatten()[:B, None]
    u = u.clamp(max=1 - 1e-9) * mass[:, -1:]
    return torch.searchsorted(mass, u, right=True)[:, 0]
