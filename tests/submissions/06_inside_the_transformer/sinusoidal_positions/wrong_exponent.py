# wrong: exponent_wrong
# The exponent counts the pairs, not the dimensions.
import torch


def sinusoidal_positions(num_positions, hidden_size):
    position = torch.arange(num_positions)[:, None]
    angle = position / 10000 ** (torch.arange(hidden_size // 2) / hidden_size)
    return torch.stack([angle.sin(), angle.cos()], dim=-1).flatten(1)
