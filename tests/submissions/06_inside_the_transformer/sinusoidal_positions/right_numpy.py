# right: numpy in double precision, a cosine as a sine a quarter turn on
import numpy as np
import torch


def sinusoidal_positions(num_positions, hidden_size):
    j = np.arange(hidden_size)
    angle = np.arange(num_positions)[:, None] / 10000.0 ** ((j - j % 2) / hidden_size)
    return torch.from_numpy(np.sin(angle + (j % 2) * np.pi / 2))
