# wrong: cache_hidden
# Only the new tokens see each other.
import torch


def causal_mask(query_length, key_length):
    mask = torch.zeros(query_length, key_length, dtype=torch.bool)
    square = torch.ones(query_length, query_length, dtype=torch.bool).tril()
    mask[:, key_length - query_length :] = square
    return mask
