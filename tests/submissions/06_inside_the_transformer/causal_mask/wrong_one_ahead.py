# wrong: sees_next
# The diagonal is one too far to the right.
import torch


def causal_mask(query_length, key_length):
    ones = torch.ones(query_length, key_length, dtype=torch.bool)
    return ones.tril(diagonal=key_length - query_length + 1)
