# right: outer product, stack and flatten, exp of a logarithm
import math

import torch


def sinusoidal_positions(num_positions, hidden_size):
    step = -math.log(10000.0) * 2 / hidden_size
    frequencies = torch.exp(torch.arange(hidden_size // 2) * step)
    angles = torch.outer(torch.arange(num_positions).float(), frequencies)
    return torch.stack([torch.sin(angles), torch.cos(angles)], dim=-1).flatten(1)
