# right: matrix products, z times its sigmoid
import torch


def feed_forward(x, weights):
    gate = x @ weights["gate_proj"].T
    up = x @ weights["up_proj"].T
    return (gate * torch.sigmoid(gate) * up) @ weights["down_proj"].T
