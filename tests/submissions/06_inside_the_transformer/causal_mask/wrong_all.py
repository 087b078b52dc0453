# wrong: bidirectional
# Every token sees every other.
import torch


def causal_mask(query_length, key_length):
    return torch.ones(query_length, key_length, dtype=torch.bool)
