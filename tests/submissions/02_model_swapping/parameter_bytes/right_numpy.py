# right: numpy arrays of addresses and sizes, every name first, a numpy integer
import numpy as np


def parameter_bytes(model):
    named = list(model.named_parameters(remove_duplicate=False))
    addresses = np.array([p.detach().data_ptr() for _, p in named], dtype=np.int64)
    sizes = np.array([p.nbytes for _, p in named], dtype=np.int64)
    _, first = np.unique(addresses, return_index=True)
    return sizes[first].sum()
