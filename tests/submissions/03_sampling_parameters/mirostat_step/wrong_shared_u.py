# wrong: rows_share_draw
# One u serves every row.
import math

import torch


def mirostat_step(scores, mu, tau, eta, generator):
    surprise = -torch.log_softmax(scores.double(), dim=-1) / math.log(2)
    keep = surprise <= mu[:, None]
    keep |= surprise == surprise.amin(dim=-1, keepdim=True)
    mass = torch.where(keep, torch.exp2(-surprise), 0.0).cumsum(dim=-1)
    u = torch.rand(1, generator=generator).double() * mass[:, -1:]
    token = torch.searchsorted(mass, u, right=True)
    error = surprise.gather(-1, token)[:, 0] - tau
    return token[:, 0], (mu - eta * error).float()
