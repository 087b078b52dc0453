# wrong: low_precision
# Single precision inside.
import torch


def speedup(alpha, gamma, cost_ratio):
    tokens = torch.full((gamma + 1,), alpha).pow(torch.arange(gamma + 1)).sum()
    return (tokens / (gamma * cost_ratio + 1)).item()
