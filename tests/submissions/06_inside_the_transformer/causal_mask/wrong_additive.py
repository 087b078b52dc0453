# wrong: wrong_dtype
# 0 and -inf, to be added to the scores.
import torch


def causal_mask(query_length, key_length):
    hidden = torch.full((query_length, key_length), -torch.inf)
    return hidden.triu(diagonal=key_length - query_length + 1)
