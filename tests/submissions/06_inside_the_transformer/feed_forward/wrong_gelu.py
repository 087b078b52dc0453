# wrong: wrong_activation
# GELU, as in GPT-2 and Gemma.
import torch.nn.functional as F


def feed_forward(x, weights):
    gate = x @ weights["gate_proj"].T
    up = x @ weights["up_proj"].T
    return (F.gelu(gate) * up) @ weights["down_proj"].T
