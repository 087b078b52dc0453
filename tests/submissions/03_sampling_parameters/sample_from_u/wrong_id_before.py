# wrong: off_by_one
# The last id whose sum is at most u, instead of the one behind it.
import torch


def sample_from_u(probs, u):
    mass = probs.cumsum(dim=-1)
    return ((mass <= u[:, None]).sum(dim=-1) - 1).clamp(min=0)
