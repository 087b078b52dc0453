# right: numpy
import numpy as np
import torch


def causal_mask(query_length, key_length):
    offset = key_length - query_length
    mask = np.tri(query_length, key_length, k=offset, dtype=bool)
    return torch.from_numpy(mask)
