# right: a cumulative product in torch, double precision, a scalar tensor
import torch


def expected_tokens(alpha, gamma):
    reached = torch.full((gamma,), alpha, dtype=torch.float64).cumprod(0)
    return 1 + reached.sum()
