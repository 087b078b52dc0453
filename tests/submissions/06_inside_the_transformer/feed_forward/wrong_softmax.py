# wrong: softmax_gate
# The gates share out a weight of 1.
import torch.nn.functional as F


def feed_forward(x, weights):
    gate = x @ weights["gate_proj"].T
    up = x @ weights["up_proj"].T
    return (gate * F.softmax(gate, dim=-1) * up) @ weights["down_proj"].T
