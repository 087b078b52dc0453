# wrong: zero_probability_token
# Where the sum stays below u, the last id is taken, with mass or without.
import torch


def sample_from_u(probs, u):
    mass = probs.cumsum(dim=-1)
    ids = torch.searchsorted(mass, u[:, None], right=True)[:, 0]
    return ids.clamp(max=probs.shape[-1] - 1)
