# wrong: added_not_multiplied
# The two paths are added.
import torch.nn.functional as F


def feed_forward(x, weights):
    gate = x @ weights["gate_proj"].T
    up = x @ weights["up_proj"].T
    return (F.silu(gate) + up) @ weights["down_proj"].T
