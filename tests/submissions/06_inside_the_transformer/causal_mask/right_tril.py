# right: tril with an offset
import torch


def causal_mask(query_length, key_length):
    ones = torch.ones(query_length, key_length, dtype=torch.bool)
    return ones.tril(diagonal=key_length - query_length)
