# wrong: activation_misplaced
# The product goes through the activation.
import torch.nn.functional as F


def feed_forward(x, weights):
    gate = x @ weights["gate_proj"].T
    up = x @ weights["up_proj"].T
    return F.silu(gate * up) @ weights["down_proj"].T
