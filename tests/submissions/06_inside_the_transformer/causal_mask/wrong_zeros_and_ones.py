# wrong: wrong_dtype
# 0 and 1 are taken for False and True.
import torch


def causal_mask(query_length, key_length):
    ones = torch.ones(query_length, key_length)
    return ones.tril(diagonal=key_length - query_length)
