# wrong: wrong_type
# A numpy array is taken to be as good as a tensor.
import numpy as np


def sinusoidal_positions(num_positions, hidden_size):
    even = np.arange(0, hidden_size, 2)
    angle = np.arange(num_positions)[:, None] / 10000 ** (even / hidden_size)
    table = np.empty((num_positions, hidden_size), dtype=np.float32)
    table[:, 0::2], table[:, 1::2] = np.sin(angle), np.cos(angle)
    return table
