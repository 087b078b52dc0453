# wrong: gate_missing
# Two matrices, as in GPT-2.
import torch.nn.functional as F


def feed_forward(x, weights):
    up = x @ weights["up_proj"].T
    return F.silu(up) @ weights["down_proj"].T
