# wrong: gate_and_up_swapped
# The up projection goes through the activation.
import torch.nn.functional as F


def feed_forward(x, weights):
    gate = x @ weights["gate_proj"].T
    up = x @ weights["up_proj"].T
    return (gate * F.silu(up)) @ weights["down_proj"].T
