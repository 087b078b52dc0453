# right: lists of lists
import torch


def causal_mask(query_length, key_length):
    cached = key_length - query_length
    rows = []
    for t in range(query_length):
        rows.append([s <= t + cached for s in range(key_length)])
    return torch.tensor(rows)
