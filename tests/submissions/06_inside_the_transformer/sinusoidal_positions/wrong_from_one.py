# wrong: starts_at_one
# The first position is taken to be 1.
import torch


def sinusoidal_positions(num_positions, hidden_size):
    position = torch.arange(1, num_positions + 1)[:, None]
    angle = position / 10000 ** (torch.arange(0, hidden_size, 2) / hidden_size)
    return torch.stack([angle.sin(), angle.cos()], dim=-1).flatten(1)
