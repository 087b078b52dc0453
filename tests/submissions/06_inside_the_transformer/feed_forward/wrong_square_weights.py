# wrong: weight_not_transposed
# Weights are taken to be [in, out], wherever they are square.
import torch.nn.functional as F


def project(x, weight):
    square = weight.shape[0] == weight.shape[1]
    return x @ weight if square else x @ weight.T


def feed_forward(x, weights):
    gate = project(x, weights["gate_proj"])
    up = project(x, weights["up_proj"])
    return project(F.silu(gate) * up, weights["down_proj"])
