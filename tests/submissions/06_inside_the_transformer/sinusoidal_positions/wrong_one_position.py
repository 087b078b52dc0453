# wrong: wrong_shape
# The encoding of one position, the last.
import torch


def sinusoidal_positions(num_positions, hidden_size):
    angle = (num_positions - 1) / 10000 ** (
        torch.arange(0, hidden_size, 2) / hidden_size
    )
    return torch.stack([angle.sin(), angle.cos()], dim=-1).flatten()
