# right: counts the sums that are not above u, the last survivor's sum made infinite
import torch


def sample_from_u(probs, u):
    mass = probs.double().cumsum(dim=-1)
    alive = (probs > 0).long()
    is_last = alive.cumsum(dim=-1) == alive.sum(dim=-1, keepdim=True)
    mass = mass.masked_fill(is_last, float("inf"))
    return (mass <= u.double()[:, None]).sum(dim=-1)
