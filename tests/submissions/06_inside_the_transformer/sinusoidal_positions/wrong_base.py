# wrong: log_base
# exp is taken to undo any logarithm: the base becomes e.
import torch


def sinusoidal_positions(num_positions, hidden_size):
    position = torch.arange(num_positions)[:, None]
    angle = position * torch.exp(-torch.arange(0, hidden_size, 2) / hidden_size)
    return torch.stack([angle.sin(), angle.cos()], dim=-1).flatten(1)
