# right: numpy in double precision, the sigmoid through tanh
import numpy as np
import torch


def feed_forward(x, weights):
    w = {name: weight.detach().double().numpy() for name, weight in weights.items()}
    rows = x.detach().double().numpy()
    gate = rows @ w["gate_proj"].T
    inner = gate * (1 + np.tanh(gate / 2)) / 2 * (rows @ w["up_proj"].T)
    return torch.from_numpy(inner @ w["down_proj"].T).float()
