# wrong: off_by_one
# The mass before a token is compared: one too far.
import torch


def sample_from_u(probs, u):
    before = probs.cumsum(dim=-1) - probs
    ids = (before <= u[:, None]).sum(dim=-1)
    return ids.clamp(max=probs.shape[-1] - 1)
