# wrong: angle_per_dimension
# Every dimension gets a frequency of its own.
import torch


def sinusoidal_positions(num_positions, hidden_size):
    position = torch.arange(num_positions)[:, None]
    table = position / 10000 ** (torch.arange(hidden_size) / hidden_size)
    table[:, 0::2] = table[:, 0::2].sin()
    table[:, 1::2] = table[:, 1::2].cos()
    return table
