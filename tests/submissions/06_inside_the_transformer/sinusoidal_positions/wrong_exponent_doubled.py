# wrong: exponent_wrong
# 2i is doubled once more: i already runs over the even dimensions.
import torch


def sinusoidal_positions(num_positions, hidden_size):
    position = torch.arange(num_positions)[:, None]
    even = torch.arange(0, hidden_size, 2)
    angle = position / 10000 ** (2 * even / hidden_size)
    return torch.stack([angle.sin(), angle.cos()], dim=-1).flatten(1)
