# right: math, entry by entry
import math

import torch


def sinusoidal_positions(num_positions, hidden_size):
    rows = []
    for position in range(num_positions):
        row = []
        for i in range(hidden_size // 2):
            angle = position / 10000 ** (2 * i / hidden_size)
            row += [math.sin(angle), math.cos(angle)]
        rows.append(row)
    return torch.tensor(rows)
