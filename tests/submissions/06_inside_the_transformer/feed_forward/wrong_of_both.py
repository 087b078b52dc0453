# wrong: activation_misplaced
# Both projections go through the activation.
import torch.nn.functional as F


def feed_forward(x, weights):
    gate = x @ weights["gate_proj"].T
    up = x @ weights["up_proj"].T
    return (F.silu(gate) * F.silu(up)) @ weights["down_proj"].T
