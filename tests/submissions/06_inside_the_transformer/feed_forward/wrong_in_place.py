# wrong: input_changed
# The result is written over the input.
import torch.nn.functional as F


def feed_forward(x, weights):
    gate = x @ weights["gate_proj"].T
    up = x @ weights["up_proj"].T
    x[:] = (F.silu(gate) * up) @ weights["down_proj"].T
    return x
