# right: two slices of an empty tensor
import torch


def sinusoidal_positions(num_positions, hidden_size):
    position = torch.arange(num_positions, dtype=torch.float32)[:, None]
    even = torch.arange(0, hidden_size, 2, dtype=torch.float32)
    angle = position / 10000 ** (even / hidden_size)
    table = torch.empty(num_positions, hidden_size)
    table[:, 0::2] = angle.sin()
    table[:, 1::2] = angle.cos()
    return table
