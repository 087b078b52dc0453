# wrong: low_precision
# Single precision holds seven digits.
import torch


def expected_tokens(alpha, gamma):
    return torch.full((gamma + 1,), alpha).pow(torch.arange(gamma + 1)).sum().item()
