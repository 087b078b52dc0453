# wrong: sin_cos_swapped
# The cosine is taken to come first.
import torch


def sinusoidal_positions(num_positions, hidden_size):
    position = torch.arange(num_positions)[:, None]
    angle = position / 10000 ** (torch.arange(0, hidden_size, 2) / hidden_size)
    return torch.stack([angle.cos(), angle.sin()], dim=-1).flatten(1)
