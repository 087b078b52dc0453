# right: powers of a unit complex number
import torch


def sinusoidal_positions(num_positions, hidden_size):
    i = torch.arange(hidden_size // 2, dtype=torch.float64)
    omega = 10000 ** (-2 * i / hidden_size)
    t = torch.arange(num_positions, dtype=torch.float64)
    z = torch.polar(torch.ones(num_positions, len(i)).double(), t[:, None] * omega)
    return torch.view_as_real(z).flip(-1).reshape(num_positions, hidden_size).float()
