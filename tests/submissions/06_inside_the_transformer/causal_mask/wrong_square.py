# wrong: wrong_shape
# A square over all positions.
import torch


def causal_mask(query_length, key_length):
    return torch.ones(key_length, key_length, dtype=torch.bool).tril()
