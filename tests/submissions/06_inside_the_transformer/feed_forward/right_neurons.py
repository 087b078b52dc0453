# right: a loop over the inner neurons
import torch


def feed_forward(x, weights):
    out = torch.zeros_like(x)
    neurons = zip(weights["gate_proj"], weights["up_proj"], weights["down_proj"].T)
    for gate, up, down in neurons:
        z = (x * gate).sum(dim=-1, keepdim=True)
        out += z / (1 + torch.exp(-z)) * (x * up).sum(dim=-1, keepdim=True) * down
    return out
