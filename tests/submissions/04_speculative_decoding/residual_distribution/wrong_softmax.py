# wrong: softmax_for_normalising
# A softmax makes any numbers sum to 1, and gives mass to all of them.
import torch


def residual_distribution(p, q):
    surplus = (p - q).clamp(min=0)
    empty = surplus.sum(dim=-1, keepdim=True) <= 1e-12
    return torch.where(empty, p, torch.softmax(surplus, dim=-1))
