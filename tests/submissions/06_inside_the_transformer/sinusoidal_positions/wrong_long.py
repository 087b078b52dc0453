# wrong: wrong_dtype
# zeros_like of the positions makes a table of whole numbers.
import torch


def sinusoidal_positions(num_positions, hidden_size):
    position = torch.arange(num_positions)[:, None]
    table = torch.zeros_like(position).repeat(1, hidden_size)
    angle = position / 10000 ** (torch.arange(0, hidden_size, 2) / hidden_size)
    table[:, 0::2] = angle.sin().long()
    table[:, 1::2] = angle.cos().long()
    return table
