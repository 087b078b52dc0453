# wrong: overflows
# exp of a large gate is taken to be finite.
import torch


def feed_forward(x, weights):
    gate = x @ weights["gate_proj"].T
    up = x @ weights["up_proj"].T
    return (gate * torch.exp(gate) / (1 + torch.exp(gate)) * up) @ weights[
        "down_proj"
    ].T
