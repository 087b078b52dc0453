# right: the cached block and the square one, side by side
import torch


def causal_mask(query_length, key_length):
    past = torch.ones(query_length, key_length - query_length, dtype=torch.bool)
    own = torch.tril(torch.ones(query_length, query_length)) == 1
    return torch.cat([past, own], dim=1)
