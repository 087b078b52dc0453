# wrong: wrong_type
# The gate comes back too.
import torch.nn.functional as F


def feed_forward(x, weights):
    gate = x @ weights["gate_proj"].T
    up = x @ weights["up_proj"].T
    return (F.silu(gate) * up) @ weights["down_proj"].T, gate
