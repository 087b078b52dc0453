# wrong: closest_sum
# The sum nearest to u, not the first above it.
import torch


def sample_from_u(probs, u):
    mass = probs.cumsum(dim=-1)
    distance = (mass - u[:, None]).abs().masked_fill(probs == 0, 9.0)
    return distance.argmin(dim=-1)
