# right: positions of queries against positions of keys
import torch


def causal_mask(query_length, key_length):
    keys = torch.arange(key_length)
    queries = keys[key_length - query_length :]
    return keys <= queries[:, None]
