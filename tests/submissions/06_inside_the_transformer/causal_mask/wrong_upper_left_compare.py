# wrong: upper_left
# Queries are counted from 0, although a cache lies in front of them.
import torch


def causal_mask(query_length, key_length):
    return torch.arange(key_length)[None, :] <= torch.arange(query_length)[:, None]
