# wrong: diagonal_hidden
# Only what lies strictly in front is seen.
import torch


def causal_mask(query_length, key_length):
    keys = torch.arange(key_length)
    return keys < keys[key_length - query_length :, None]
