# right: fills an empty tensor, numpy for the ids
import numpy as np
import torch


def embed(table, input_ids):
    ids = input_ids.numpy()
    out = torch.empty(*ids.shape, table.shape[1], dtype=table.dtype)
    for place, token in np.ndenumerate(ids):
        out[place] = table[int(token)]
    return out
