# right: the last rows of the square mask
import torch


def causal_mask(query_length, key_length):
    square = torch.full((key_length, key_length), True).triu(1).logical_not()
    return square[-query_length:]
