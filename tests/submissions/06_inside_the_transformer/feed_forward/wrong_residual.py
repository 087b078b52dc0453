# wrong: residual_added
# The input is added, as the block does.
import torch.nn.functional as F


def feed_forward(x, weights):
    gate = x @ weights["gate_proj"].T
    up = x @ weights["up_proj"].T
    return x + (F.silu(gate) * up) @ weights["down_proj"].T
