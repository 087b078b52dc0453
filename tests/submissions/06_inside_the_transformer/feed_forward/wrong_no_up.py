# wrong: gate_missing
# The gate alone goes down.
import torch.nn.functional as F


def feed_forward(x, weights):
    gate = x @ weights["gate_proj"].T
    return F.silu(gate) @ weights["down_proj"].T
