# wrong: sigmoid_gate
# The gate is a sigmoid, as in the first gated units.
import torch.nn.functional as F


def feed_forward(x, weights):
    gate = x @ weights["gate_proj"].T
    up = x @ weights["up_proj"].T
    return (F.sigmoid(gate) * up) @ weights["down_proj"].T
