# wrong: upper_left
# Both sequences are taken to begin at the same place.
import torch


def causal_mask(query_length, key_length):
    return torch.ones(query_length, key_length, dtype=torch.bool).tril()
